"""The numbers again, by plain loops over the messages as they were sent: slow, obvious, and written without
the reports, the tables and the collector, so that it can be right when they are wrong.

`visits_of` makes visits of messages, `answer` answers a question about visits.
"""

from visits.tests.reports.naive.answers import answer
from visits.tests.reports.naive.clock import first_second, hour_number, local_date
from visits.tests.reports.naive.filters import PlainFilter
from visits.tests.reports.naive.goals import PlainGoal
from visits.tests.reports.naive.messages import Message, PlainAttention, PlainHit
from visits.tests.reports.naive.questions import (
    Asked,
    Breakdown,
    Cross,
    Flow,
    Funnel,
    Goals,
    Question,
    Series,
    Totals,
)
from visits.tests.reports.naive.visits import PlainVisit, visits_of, within

__all__ = [
    "Asked",
    "Breakdown",
    "Cross",
    "Flow",
    "Funnel",
    "Goals",
    "Message",
    "PlainAttention",
    "PlainFilter",
    "PlainGoal",
    "PlainHit",
    "PlainVisit",
    "Question",
    "Series",
    "Totals",
    "answer",
    "first_second",
    "hour_number",
    "local_date",
    "visits_of",
    "within",
]
