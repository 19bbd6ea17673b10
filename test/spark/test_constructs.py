"""What the shared SQL relies on, one test per construct: an upgrade of either engine that changes one shows here, by name."""

import datetime

import duckdb
import pytest

UTC = datetime.timezone.utc

# (what, SQL expression or whole SELECT, the value in both engines)
ALIKE = [
    ("a doubled quote in a literal is one quote", "'it''s'", "it's"),
    ("no match of regexp_extract is an empty text", "regexp_extract('abc', '^[0-9]+$', 0)", ""),
    ("a class in brackets matches", "regexp_extract('a1.5', '[0-9]+[.][0-9]+', 0)", "1.5"),
    ("a counted class matches", "regexp_extract('12345', '^[0-9]{1,9}$', 0)", "12345"),
    ("a group by its number", "regexp_extract('12k', '^([0-9]+)([kKmM])$', 2)", "k"),
    ("contains", "contains('a  b', '  ')", True),
    ("like with a pattern put together", "('a' || chr(160)) like ('%' || chr(160))", True),
    ("like takes any text, line feeds too", "('{' || chr(10) || '}') like '{%}'", True),
    ("text before ! is white space, a control character or nothing", "chr(9) < '!' and '' < '!' and not ('a' < '!') and not (chr(160) < '!')", True),
    ("<> of null is null, and coalesce settles it", "coalesce(cast(null as string) <> 'a', false)", False),
    ("a CASE by value", "case upper(right('12k', 1)) when 'K' then 1000 when 'M' then 1000000 else 1 end", 1000),
    ("between has both ends", "18 between 18 and 24 and 24 between 18 and 24 and not (25 between 18 and 24)", True),
    ("null in a list is null", "cast(null as string) in ('a', 'b')", None),
    ("a list of null words, in lower case", "lower('N/A') in ('null', 'none', 'n/a', 'nan')", True),
    ("try_cast to INT", "try_cast('08' as int)", 8),
    ("translate takes each character for itself", "translate('aBc', 'ABC', 'abc')", "abc"),
    ("nullif of no match is null", "nullif(regexp_extract('abc', '^[0-9]+$', 0), '')", None),
    ("replace replaces every one", "replace('1,234,567', ',', '')", "1234567"),
    ("|| with null is null", "'a' || cast(null as string)", None),
    ("concat_ws skips nulls", "concat_ws('|', 'a', cast(null as string), 'b')", "a|b"),
    ("concat_ws of nothing is empty", "concat_ws(',', cast(null as string))", ""),
    ("trim both of named characters", "trim(both ' ' || chr(160) || chr(9) from chr(160) || ' a b' || chr(9))", "a b"),
    ("translate maps one to one", "translate('a-b', '-', '_')", "a_b"),
    ("substr counts from one", "substr('2020-01-02', 6, 2)", "01"),
    ("left and right", "left('abc', 2) || right('abc', 1)", "abc"),
    ("left beyond the end", "left('ab', 7)", "ab"),
    ("length counts characters", "length('a\U0001f600')", 2),
    ("like with a percent", "'{\"a\":1}' like '{%}'", True),
    ("upper of ASCII", "upper('k')", "K"),
    ("md5 of UTF-8 in lower hex", "md5('\u00e9')", "66ddcd97cfdeabb2f6fb8a999b4bc76f"),
    ("try_cast to BIGINT of a whole number", "try_cast('007' as bigint)", 7),
    ("try_cast to BIGINT beyond its range is null", "try_cast('12345678901234567890' as bigint)", None),
    ("try_cast to TIMESTAMP of plain text", "cast(try_cast('2020-01-02 03:04:05' as timestamp) as string)", "2020-01-02 03:04:05"),
    ("a fraction of a second stays", "cast(try_cast('2020-01-02 03:04:05.120' as timestamp) as string)", "2020-01-02 03:04:05.12"),
    ("30 February is null", "try_cast('2020-02-30 00:00:00' as timestamp)", None),
    ("an interval of minutes times a number", "cast(try_cast('2020-01-01 00:30:00' as timestamp) - interval '1' minute * 60 as string)", "2019-12-31 23:30:00"),
    ("extract of a year", "cast(extract(year from try_cast('2019-12-31 23:59:59' as timestamp)) as int)", 2019),
    ("decimal arithmetic rounds half up", "cast(round(try_cast('1.0005' as decimal(18, 6)) * cast(1000 as decimal(10, 0)), 0) as bigint)", 1001),
    ("1.2 M in decimals is exact", "cast(round(try_cast('1.2' as decimal(18, 6)) * cast(1000000 as decimal(10, 0)), 0) as bigint)", 1200000),
    ("try_cast to DOUBLE with an exponent", "try_cast('1.5e1' as double)", 15.0),
    ("not between with null is null", "cast(null as int) not between 0 and 1", None),
    ("not in", "3 not in (0, 1)", True),
    ("coalesce takes the first", "coalesce(null, 2, 3)", 2),
    ("a CASE without ELSE is null", "case when false then 1 end", None),
    ("an array compares as a list", "make_pair(cast(1 as double), cast(-2.5 as double))", [1.0, -2.5]),
    ("median interpolates, as DOUBLE", "select median(cast(t.x as double)) as v from (values (1), (2), (3), (10)) as t(x)", 2.5),
    ("median of nothing is null", "select median(cast(t.x as double)) as v from (values (cast(null as int))) as t(x)", None),
    ("count is a whole number", "select count(*) as v from (values (1), (1)) as t(x)", 2),
    ("count distinct leaves nulls out", "select count(distinct t.x) as v from (values (1), (1), (null)) as t(x)", 1),
    ("text is in order of its bytes", "select max(t.x) as v from (values ('B'), ('a'), ('\u00c9')) as t(x)", "\u00c9"),
    ("max leaves nulls out", "select max(t.x) as v from (values (1), (null), (3)) as t(x)", 3),
    ("a group of nulls is one group", "select count(*) as v from (select t.x from (values (cast(null as int)), (null), (1)) as t(x) group by t.x) as g", 2),
    ("nulls never join", "select count(*) as v from (values (cast(null as int)), (1)) as a(x) inner join (values (cast(null as int)), (1)) as b(x) on a.x = b.x", 1),
    ("a star of one relation beside columns", "select s.b as v from (select t.*, t.a + 1 as b from (values (1)) as t(a)) as s", 2),
    ("nulls last", "select t.x as v from (values (cast(null as int)), (2)) as t(x) order by t.x nulls last limit 1", 2),
    ("rank keeps ties", "select count(*) as v from (select rank() over (order by t.x desc nulls last) as place from (values (1), (2), (2)) as t(x)) as r where r.place = 1", 2),
    ("row_number by a condition and a key", "select max(r.nth) as v from (select row_number() over (partition by t.x is null, t.x order by t.y desc nulls last) as nth from (values (1, 1), (1, 2), (null, 3)) as t(x, y)) as r", 2),
    ("a relation and a column called user and timestamp", "select u.timestamp as v from (select 7 as timestamp) as u", 7),
]  # fmt: skip

# What must stay out of the shared SQL, and why: (what, expression, Spark, DuckDB); an Exception stands for a refusal.
APART = [
    ("a backslash in a literal", r"regexp_extract('a1', '\d', 0)", "", "1"),
    ("try_cast to BIGINT of a fraction", "try_cast('12.7' as bigint)", None, 13),
    ("try_cast to DOUBLE of a suffix", "try_cast('1d' as double)", 1.0, None),
    ("an offset in text cast to TIMESTAMP", "cast(try_cast('2020-01-01 00:00:00+02:00' as timestamp) as string)", "2019-12-31 22:00:00", "2020-01-01 00:00:00"),
    ("a bare year as TIMESTAMP", "try_cast('2020' as timestamp) is null", False, True),
    ("24 o'clock", "try_cast('2020-01-01 24:00:00' as timestamp) is null", True, False),
    ("division by zero", "1 / 0", Exception, float("inf")),
    ("concat with null", "concat('a', cast(null as string))", None, "a"),
    ("lower case beyond ASCII", "length(lower('\u0130'))", 2, 1),
    ("order of nulls left unsaid", "select t.x as v from (values (cast(null as int)), (2)) as t(x) order by t.x limit 1", None, 2),
    ("a double as text", "cast(cast(10000000 as double) as string)", "1.0E7", "10000000.0"),
    ("QUALIFY", "select t.x as v from (values (1)) as t(x) qualify row_number() over (order by t.x) = 1", Exception, 1),
]  # fmt: skip


@pytest.fixture(scope="module")
def on_duckdb():
    connection = duckdb.connect()
    connection.execute("create macro make_pair(a, b) as ([a, b])")
    return lambda sql: connection.execute(sql).fetchone()[0]


@pytest.fixture(scope="module")
def on_spark(spark):
    return lambda sql: spark.sql(sql).first()[0]


def statement(expression):
    return expression if expression.startswith("select ") else f"select {expression} as v"


def outcome(run, sql):
    try:
        return run(sql)
    except Exception:
        return Exception


@pytest.mark.parametrize("what, expression, value", ALIKE, ids=[row[0] for row in ALIKE])
def test_both_engines_agree_that(on_spark, on_duckdb, what, expression, value):
    sql = statement(expression)
    assert (on_spark(sql), on_duckdb(sql)) == (value, value)


@pytest.mark.parametrize("what, expression, spark_says, duckdb_says", APART, ids=[row[0] for row in APART])
def test_the_engines_still_part_over(on_spark, on_duckdb, what, expression, spark_says, duckdb_says):
    sql = statement(expression)
    assert (outcome(on_spark, sql), outcome(on_duckdb, sql)) == (spark_says, duckdb_says)


# Words that the list above shows to differ; none may come back into the shared SQL.
BANNED = ["\\", "qualify", "regexp_replace", "rlike", "regexp_matches", "percentile_approx", "concat(", "initcap", "//", " div "]


def test_the_shared_sql_keeps_to_what_both_understand(definitions):
    texts = {**definitions.views, **{dataset: definitions.clean_sql(dataset) for dataset in ("pin", "geo", "user")}}
    assert len(texts) == len(definitions.views) + 3 > 10, "no name of a view hides a dataset"
    code = {name: "\n".join(line.split("--")[0] for line in text.lower().splitlines()) for name, text in texts.items()}
    assert [(name, word) for name, text in code.items() for word in BANNED if word in text] == []
