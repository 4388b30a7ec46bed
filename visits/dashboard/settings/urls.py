"""What an owner sets beside numbers: goals, funnels, and what is not counted."""

from django.urls import path

from visits.dashboard.settings import data, exclusions, funnels, goals, segment_draft, segments

urlpatterns = [
    path("data/", data.site_data, name="site_data"),
    path("data/reset/", data.site_reset, name="site_reset"),
    path("goals/", goals.site_goals, name="site_goals"),
    path("goals/add/", goals.site_goal_add, name="site_goal_add"),
    path("goals/<int:goal_id>/", goals.site_goal, name="site_goal"),
    path("goals/<int:goal_id>/delete/", goals.site_goal_delete, name="site_goal_delete"),
    path("funnels/", funnels.site_funnels, name="site_funnels"),
    path("funnels/add/", funnels.site_funnel_add, name="site_funnel_add"),
    path("funnels/<int:funnel_id>/", funnels.site_funnel, name="site_funnel"),
    path(
        "funnels/<int:funnel_id>/delete/",
        funnels.site_funnel_delete,
        name="site_funnel_delete",
    ),
    path("segments/", segments.site_segments, name="site_segments"),
    path("segments/add/", segments.site_segment_add, name="site_segment_add"),
    path("segments/<int:segment_id>/", segments.site_segment, name="site_segment"),
    path(
        "segments/<int:segment_id>/filter/",
        segment_draft.site_segment_filter,
        name="site_segment_filter",
    ),
    path(
        "segments/<int:segment_id>/delete/",
        segments.site_segment_delete,
        name="site_segment_delete",
    ),
    path("counting/", exclusions.site_counting, name="site_counting"),
    path("exclusions/", exclusions.site_exclusions, name="site_exclusions"),
    path("exclusions/remove/", exclusions.site_exclusion_remove, name="site_exclusion_remove"),
]
