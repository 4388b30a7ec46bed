"""What an owner sets beside numbers: goals, funnels, and what is not counted."""

from django.urls import path

from visits.dashboard import exclusions, funnel_settings, goal_settings, segments

urlpatterns = [
    path("goals/", goal_settings.site_goals, name="site_goals"),
    path("goals/add/", goal_settings.site_goal_add, name="site_goal_add"),
    path("goals/<int:goal_id>/", goal_settings.site_goal, name="site_goal"),
    path("goals/<int:goal_id>/delete/", goal_settings.site_goal_delete, name="site_goal_delete"),
    path("funnels/", funnel_settings.site_funnels, name="site_funnels"),
    path("funnels/add/", funnel_settings.site_funnel_add, name="site_funnel_add"),
    path("funnels/<int:funnel_id>/", funnel_settings.site_funnel, name="site_funnel"),
    path(
        "funnels/<int:funnel_id>/delete/",
        funnel_settings.site_funnel_delete,
        name="site_funnel_delete",
    ),
    path("segments/", segments.site_segments, name="site_segments"),
    path("segments/add/", segments.site_segment_add, name="site_segment_add"),
    path("segments/<int:segment_id>/", segments.site_segment, name="site_segment"),
    path(
        "segments/<int:segment_id>/delete/",
        segments.site_segment_delete,
        name="site_segment_delete",
    ),
    path("counting/", exclusions.site_counting, name="site_counting"),
    path("exclusions/", exclusions.site_exclusions, name="site_exclusions"),
    path("exclusions/remove/", exclusions.site_exclusion_remove, name="site_exclusion_remove"),
]
