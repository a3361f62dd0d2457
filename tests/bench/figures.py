"""What is measured, why, and what it ought to be: the one table, in the order in which it is printed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    name: str
    what: str
    aim: str = ""
    """As "≥ 0.8" or "≤ 0.5"; empty: it is only told."""

    def meets(self, value: float) -> bool:
        sign, _, number = self.aim.partition(" ")
        return value >= float(number) if sign == "≥" else value <= float(number)


FIGURES = [
    Figure("publish_vs_writes", "deliveries a second, over their statements made by Django in a bare loop", "≥ 0.8"),
    Figure("statements_per_delivery", "statements a delivery (BEGIN and COMMIT not counted)", "≤ 4"),
    Figure("inbox_vs_bulk", "new messages a second from raw JSON, over bulk_create of the same rows", "≥ 0.7"),
    Figure("repoll_vs_bulk", "messages already known, polled again, over the same", "≥ 2.0"),
    Figure("burst_vs_throughput", "all accounts' posts due in one second, drained, over the steady rate", "≥ 0.9"),
    Figure("lateness_p99_s", "from due to the connector's call, with many more waiting", "≤ 0.5"),
    Figure("lateness_added_s", "of that, what the waiting ones add", "≤ 0.1"),
    Figure("rss_growth", "the worker's memory with many waiting, over none", "≤ 1.05"),
    Figure("page_p95_ms", "the slowest page of the console with all these messages", "≤ 200"),
    Figure("import_vs_read", "a calendar (XLSX) imported, over only reading and validating it", "≥ 0.5"),
    Figure("screenshot_warm_p95_s", "an evidence sheet's picture with the browser up", "≤ 0.5"),
    Figure("import_vs_read_csv", "the same as CSV, which is read in a tenth of the time"),
    Figure("deliveries_per_s", "deliveries a second through one publishing worker"),
    Figure("publish_vs_sql", "deliveries a second, over their statements as ready-made SQL in a bare loop"),
    Figure("inbox_per_s", "new messages a second, stored"),
    Figure("judge_per_s", "messages judged a second, one thread"),
    Figure("judge_vs_vader", "the same, over VADER's English word lists"),
    Figure("idle_cpu_percent", "of one core: worker, timetable and database with many waiting, nothing due"),
    Figure("start_to_first_post_s", "the demo on one machine, from its command to the first post"),
    Figure("desk_memory_mb", "console, worker and supervisor of one machine (proportional set size)"),
]
BY_NAME = {figure.name: figure for figure in FIGURES}
