"""The SQL of SelectObject: its parser and its evaluator, without a server."""

from __future__ import annotations

from typing import Any

import pytest

from ossc.mock._errors import ServiceError
from ossc.mock._select._parser import parse
from ossc.mock._select._plan import Plan
from ossc.mock._select._settings import CsvFormat, JsonFormat, Settings
from ossc.mock._select._source import Source
from ossc.mock._select._window import Window

PEOPLE = b'name,age,city\nann,30,Rome\nbob,4,"New\n""York"""\ncarl,,Bonn\ndora,7\n'
JSON = '{"a":{"b":[{"x":1},{"x":2.5,"y":"中"},{"x":null,"z":true}]}}\n'.encode()
USE = CsvFormat(header="use")


def run(
    sql: str, data: bytes, layout: CsvFormat | JsonFormat = USE, **more: Any
) -> str:
    """The answer to a query, as text."""
    source = Source([data], is_gzip=False)
    plan = Plan(parse(sql), source, Window(), Settings(layout, **more))
    return b"".join(plan.rows()).decode()


def code_of(sql: str, data: bytes = PEOPLE, **more: Any) -> str:
    """The code that a query is refused with."""
    with pytest.raises(ServiceError) as caught:
        run(sql, data, **more)
    assert caught.value.status == 400
    return caught.value.code


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("age > 4", "ann dora"),
        ("age >= 4 and age <= '7'", "ann bob dora"),
        ("name = 'carl' or 4 = age", "bob carl"),
        ("age != '' and not (age < 7)", "ann dora"),
        ("name between 'b' and 'cz'", "bob carl"),
        ("name not between 'b' and 'cz'", "ann dora"),
        ("name in ('ann', 'dora', 'x')", "ann dora"),
        ("name not in ('ann', 'dora')", "bob carl"),
        ("city is null", "dora"),
        ("city is not null", "ann bob carl"),
        ("city = null", ""),
        ("not city = null", ""),
        ("city like '%o%'", "ann bob carl"),
        ("name like '_o%'", "bob dora"),
        ("name like 'ANN'", ""),
        ("name not like '%a%'", "bob"),
        ("name like 'a!nn' escape '!'", "ann"),
        ("city like '%' || 'York' || '%'", "bob"),
        ("NAME = 'ann' Or \"age\" = '4'", "ann bob"),
        ("_2 = '4' and s._1 = 'bob' and ossobject.name = 'bob'", "bob"),
        ("cast(_2 as int) + 1 = 5", "bob"),
        ("age * 2 - 1 = 7 and 7 % 4 = 3 and 7 / 2 = 3", "bob"),
        ("-age = -30", "ann"),
        ("1 + 2 * 3 = 7 and (1 + 2) * 3 = 9 and name = 'ann'", "ann"),
        ("true and name = 'ann' or false", "ann"),
        ("cast('2024-02-29 10:00:00' as timestamp) < '2024-03-01T00:00:00Z'", "all"),
        ("cast(age as decimal) = 30.0", "ann"),
        ("cast(cast(age as double) as string) = '4.0'", "bob"),
        ("cast('TRUE' as bool) and cast(null as int) is null", "all"),
        ("cast(1 as boolean) = 'true' and cast(name as string) = 'ann'", "ann"),
    ],
)
def test_conditions(condition: str, names: str) -> None:
    """A row is sent when its condition is true, not when it is false or null."""
    everybody = "ann bob carl dora"
    answer = run(
        f"select name from ossobject s where {condition}", PEOPLE, most_skipped=9
    )
    assert answer.split() == (everybody if names == "all" else names).split()


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("select count(*) from ossobject", "4\n"),
        ("select count(city), count(*) from ossobject", "3,4\n"),
        (
            "select sum(age), min(cast(age as int)) from ossobject where age != ''",
            "41,4\n",
        ),
        ("select max(name), min(name) from ossobject", "dora,ann\n"),
        ("select avg(age) from ossobject where age in (4, 7)", "5.5\n"),
        ("select sum(age) from ossobject where name = 'x'", "\n"),
        ("select count(*) + 1, max(age + 1) from ossobject where age = 4", "2,5\n"),
        ("select name || '!' from ossobject limit 2", "ann!\nbob!\n"),
        ("select name from ossobject limit 0;", ""),
        ("select city, age from ossobject where name = 'bob'", '"New\n""York""",4\n'),
        (
            "select _9, 1.50, 1e3, null, false from ossobject limit 1",
            ",1.5,1000.0,,false\n",
        ),
        ("select * from ossobject where name = 'dora'", "dora,7\n"),
    ],
)
def test_results(sql: str, answer: str) -> None:
    """Columns, expressions and aggregates come out as CSV."""
    assert run(sql, PEOPLE, most_skipped=1) == answer


def test_header_and_kept_columns() -> None:
    """Names of columns may lead the answer, and unnamed columns may be left empty."""
    sql = "select city, name as who from ossobject limit 1"
    assert run(sql, PEOPLE, header=True) == "city,who\nRome,ann\n"
    assert run("select * from ossobject limit 1", PEOPLE, header=True) == (
        "name,age,city\nann,30,Rome\n"
    )
    assert run(sql, PEOPLE, header=True, keep_all_columns=True) == (
        "name,,city\nann,,Rome\n"
    )
    ignored = CsvFormat(header="ignore")
    assert run("select _1 from ossobject limit 1", PEOPLE, ignored) == "ann\n"
    none = CsvFormat()
    assert (
        run("select _1 from ossobject limit 1", PEOPLE, none, header=True) == "name\n"
    )


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("select * from ossobject.a.b[*] s where s.x > 1", '{"x":2.5,"y":"中"}\n'),
        (
            "select s.x, s.y as why, s.x * 2 from ossobject.a.b[*] s limit 2",
            '{"x":1,"why":null,"_3":2}\n{"x":2.5,"why":"中","_3":5.0}\n',
        ),
        ("select a.b[1].y from ossobject", '{"y":"中"}\n'),
        ("select ossobject.a.b[0].x from ossobject", '{"x":1}\n'),
        ("select count(*), max(x) from ossobject.a.b[*]", '{"_1":3,"_2":2.5}\n'),
        ("select z from ossobject.a.b[*] where z", '{"z":true}\n'),
        ("select * from ossobject.nowhere[*]", ""),
        ("select * from ossobject.a.b[7]", ""),
        ("select s from ossobject.a.b[0].x s", '{"s":1}\n'),
        ('select "a".b[0].x as "it\'s" from ossobject', '{"it\'s":1}\n'),
    ],
)
@pytest.mark.parametrize("is_document", [True, False])
def test_json(sql: str, answer: str, is_document: bool) -> None:  # noqa: FBT001
    """Paths lead into a document and into lines alike."""
    assert run(sql, JSON, JsonFormat(is_document)) == answer


def test_json_lines() -> None:
    """Each line is a row; empty ones are none, and a delimiter of the answer is kept."""
    data = b'{"n": 1.10}\r\n\n{"n": 12345678901234567890123}\n[1, 2]'
    sql = "select n from ossobject where n is not null"
    assert run(sql, data, JsonFormat()) == '{"n":1.1}\n{"n":12345678901234567890123}\n'
    strings = JsonFormat(numbers_as_strings=True)
    assert run(sql, data, strings, out_record=",") == (
        '{"n":"1.10"},{"n":"12345678901234567890123"},'
    )


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("", "SqlSyntaxError"),
        ("select", "SqlSyntaxError"),
        ("select * from", "SqlSyntaxError"),
        ("select * from table1", "SqlSyntaxError"),
        ("select * from ossobject where", "SqlSyntaxError"),
        ("select * from ossobject limit x", "SqlSyntaxError"),
        ("select * from ossobject limit 1.5", "SqlSyntaxError"),
        ("select * from ossobject extra tail", "SqlSyntaxError"),
        ("select name, from ossobject", "SqlSyntaxError"),
        ("select 'open from ossobject", "SqlSyntaxError"),
        ("select # from ossobject", "SqlSyntaxError"),
        ("select median(age) from ossobject", "SqlSyntaxError"),
        ("select cast(age as money) from ossobject", "SqlSyntaxError"),
        ("select name, count(*) from ossobject", "SqlSyntaxError"),
        ("select sum(max(age)) from ossobject", "SqlSyntaxError"),
        ("select name from ossobject where count(*) > 1", "SqlSyntaxError"),
        ("select nobody from ossobject", "SqlSyntaxError"),
        ("select name from ossobject where name not 'x'", "SqlSyntaxError"),
        (f"select {'(' * 60}1{')' * 60} from ossobject", "SqlSyntaxError"),
        (f"select {'-' * 100}1 from ossobject", "SqlSyntaxError"),
        (f"select {'+'.join('1' * 500)} from ossobject", "SqlSyntaxError"),
        (f"select 1 from ossobject where {'not ' * 99}true", "SqlSyntaxError"),
        (f"select {','.join('1' * 1001)} from ossobject", "SqlSyntaxError"),
        ("select _0 from ossobject", "SqlInvalidColumnIndex"),
        ("select _1001 from ossobject", "SqlInvalidColumnIndex"),
        ("select s.name.first from ossobject s", "NestedColumnNotSupportInCsv"),
        ("select * from ossobject.a[*]", "TableRootNodeOnlySupportInJson"),
        ("select * from ossobject where name like 1", "SqlInvalidLikePattern"),
        ("select 1 from ossobject where 'x' like 'x!' escape '!'", "SqlInvalidLikePattern"),
        ("select 1 from ossobject where 'x' like 'x' escape '!!'", "SqlInvalidEscapeChar"),
        (f"select {'n' * 1025} from ossobject", "SqlExceedsMaxColumnNameLength"),
        (
            f"select 1 from ossobject where 1 in ({','.join('1' * 1025)})",
            "SqlExceedsMaxInCount",
        ),
    ],
)  # fmt: skip
def test_wrong_queries(sql: str, code: str) -> None:
    """What is no query, or none for such an object, has its code."""
    assert code_of(sql) == code


@pytest.mark.parametrize(
    "expression",
    [
        "name + 1",
        "cast(name as int)",
        "cast('1.5' as int)",
        "cast('' as decimal)",
        "cast('maybe' as bool)",
        "cast('yesterday' as timestamp)",
        "1 / 0",
        "1.5 % 0",
        "9223372036854775807 + 1",
        "1e308 * 10",
        "cast('1e30' as decimal) * cast('1e30' as decimal)",
        "name > 1",
        "true > 1",
        "cast(1e30 as int)",
        "sum(name)",
        "max(cast(name as int))",
    ],
)
def test_rows_that_do_not_fit(expression: str) -> None:
    """A value of another type fails the query, unless such rows may be skipped."""
    sql = f"select {expression} from ossobject where name = 'ann'"
    assert code_of(sql) == "SqlTypesMismatch"
    assert run(sql, PEOPLE, most_skipped=1) in {"", "\n"}


def test_partial_rows() -> None:
    """A column that a row lacks is null, or its row is skipped if that is asked for."""
    sql = "select name, city from ossobject"
    assert run(sql, PEOPLE).endswith("dora,\n")
    assert "dora" not in run(sql, PEOPLE, skip_partial=True, most_skipped=1)
    assert code_of(sql, skip_partial=True) == "SqlTypesMismatch"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'a,"b', "InvalidCsvLine"),
        (b'a,"b"c\n', "InvalidCsvLine"),
        (b"a,\xff\n", "InvalidTextEncoding"),
    ],
)
def test_what_is_no_csv(data: bytes, code: str) -> None:
    """A broken object is told with its code, and cannot be skipped."""
    sql = "select _1 from ossobject"
    assert code_of(sql, data, layout=CsvFormat(), most_skipped=99) == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "InvalidJsonData"),
        (b'{"a": NaN}', "InvalidJsonData"),
        (b'{"a": "\xff"}', "InvalidTextEncoding"),
        (b"[" * 100_000, "JsonNodeExceedsMaxDepth"),
    ],
)
def test_what_is_no_json(data: bytes, code: str) -> None:
    """So it is with JSON."""
    sql = "select a from ossobject"
    assert code_of(sql, data, layout=JsonFormat(), most_skipped=99) == code
    assert code_of("select a[*] from ossobject", b"{}", layout=JsonFormat()) == (
        "WildCardNotAllowed"
    )
