"""The members: sex, age, education, occupation, year of joining, all in the published proportions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from zhibu.cli.demo.names import make_name
from zhibu.cli.demo.records import Org, Person
from zhibu.cli.demo.source import Source, table
from zhibu.common.dates import add_months, add_years

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
ID_CHECK = "10X98765432"
NO_PROBATION = (date(1969, 4, 1), date(1977, 8, 11))  # between them nobody was on probation
PHONE_BLOCK = 15_400_000_000  # 154: a block of numbers that was never given out

# Education by age: percent with a college degree or more among those who do not farm, and among farmers;
# set so that the whole comes to the communique's share.
COLLEGE_BY_AGE = ((30, 95, 68), (40, 94, 52), (50, 87, 30), (60, 72, 16), (200, 42, 5))

# Occupation (keys of the post table) by domain: of working age, then percent retired from 60 on.
POSTS = {
    "village": ((("111", 78), ("113", 15), ("112", 2), ("54", 5)), 0),
    "community": ((("52", 25), ("54", 30), ("55", 15), ("56", 15), ("0164", 15)), 80),
    "office": ((("011", 55), ("012", 20), ("016", 12), ("013", 13)), 92),
    "state_firm": ((("014", 40), ("015", 27), ("016", 33)), 92),
    "public_institution": ((("013", 64), ("012", 22), ("016", 14)), 92),
    "private": ((("021", 38), ("022", 30), ("025", 22), ("0253", 10)), 35),
    "social": ((("023", 45), ("024", 45), ("5", 10)), 35),
}
WOMEN_PERCENT = {
    "village": 23,
    "community": 43,
    "office": 32,
    "state_firm": 28,
    "public_institution": 44,
    "private": 33,
    "social": 42,
}


@dataclass(frozen=True, slots=True)
class Ages:
    """The bands of age and their shares."""

    bands: tuple[tuple[int, int], ...]
    shares: tuple[float, ...]


def _ages() -> Ages:
    rows = table("proportions")["age"]
    bands = tuple((int(a), int(b)) for a, b in (key.split("-") for key in rows))
    return Ages(bands, tuple(accumulate(rows.values())))


def make_person(source: Source, org: Org, today: date, *, joined: date | None = None) -> Person:
    """One member of a branch, with everything but the spells; ``joined`` for those admitted of late."""
    is_new = joined is not None
    age = _age(source, is_new)
    birth = _birth(source, age, today)
    sex = "2" if source.chance(WOMEN_PERCENT.get(org.domain, 31)) else "1"
    ethnicity = _ethnicity(source)
    post = _post(source, org.domain, age)
    education, track = _education(source, age, is_farmer=post.startswith("1"))
    joined = joined or _joined(source, birth, today)
    number = source.number("person")
    return Person(
        person_id=number,
        public_id=source.public_id(),
        name=make_name(source, birth.year, sex, ethnicity),
        alias="",
        sex=sex,
        ethnicity=ethnicity,
        birth=birth,
        id_number=id_number(source, birth, sex),
        phone=str(PHONE_BLOCK + number * 7 % 100_000_000),
        education=education,
        education_track=track,
        degree={"14": "3", "11": "2", "21": "4"}.get(education, "") if track == "full_time" else "",
        post=post,
        stratum={"54": "31", "55": "6", "023": "5"}.get(post, ""),
        joined_date=joined,
        full_date=full_date(joined) if full_date(joined) <= today else None,
        native_place=table("places")["counties"][0],
        address=f"{org.superior.unit_name}{org.unit_name}{source.random.randint(1, 180)}号",
        unit=org.unit_name,
        work_start=None
        if post.startswith("1")
        else add_years(birth, 18) + timedelta(source.random.randint(0, 2200)),
        applied_date=max(joined - timedelta(days=source.random.randint(540, 1300)), add_years(birth, 18)),
        technical_title=source.pick(("中级", "助理", "副高", "")) if post in ("013", "015", "022") else "",
    )


def _age(source: Source, is_new: bool) -> int:
    if is_new:  # 83.7 percent of those admitted are 35 or younger
        return source.random.randint(23, 35) if source.chance(84) else source.random.randint(36, 52)
    ages = _AGES
    low, high = source.random.choices(ages.bands, cum_weights=ages.shares)[0]
    if low >= 61:
        return min(95, 61 + int(source.random.expovariate(1 / 12)))
    return source.random.randint(max(low, 24), high)


_AGES = _ages()


def _birth(source: Source, age: int, today: date) -> date:
    latest = add_years(today, -age)
    return latest - timedelta(days=source.random.randint(0, 364))


def _ethnicity(source: Source) -> str:
    rows = table("proportions")
    if not source.chance(100 * rows["minorities"] / rows["members"]):
        return "01"
    shares: dict[str, int] = rows["minorities_percent"]
    return source.random.choices(list(shares), weights=list(shares.values()))[0]


def _post(source: Source, domain: str, age: int) -> str:
    choices, retired = POSTS.get(domain, POSTS["office"])
    if age >= 60 and source.chance(retired):
        return "42"
    if domain == "public_institution" and age <= 30 and source.chance(30):
        return "3"
    return source.random.choices([key for key, _ in choices], weights=[share for _, share in choices])[0]


def _education(source: Source, age: int, *, is_farmer: bool) -> tuple[str, str]:
    row = next(row for row in COLLEGE_BY_AGE if age <= row[0])
    if source.chance(row[2] if is_farmer else row[1]):
        level = source.random.choices(("31", "21", "14", "11"), weights=(46, 47, 6.5, 0.5))[0]
        tracks = ("full_time", "in_service", "central_party_school", "provincial_party_school")
        return level, source.random.choices(tracks, weights=(62, 28, 4, 6))[0]
    old = age > 60
    return source.random.choices(
        ("61", "41", "71", "81"), weights=(30, 14, 40, 16) if old else (52, 25, 22, 1)
    )[0], ""


def _joined(source: Source, birth: date, today: date) -> date:
    """A day of joining: of age by then, mostly young, and long enough ago to be a full member on record."""
    earliest = max(add_years(birth, 18) + timedelta(days=30), date(1949, 10, 5))
    latest = min(add_months(today, -38), add_years(birth, 52))
    if latest <= earliest:
        return latest
    mode = min(0.999, 6 * 365 / (latest - earliest).days)
    share = source.random.triangular(0, 1, mode) ** 1.9
    return earliest + timedelta(days=int((latest - earliest).days * share))


def full_date(joined: date) -> date:
    """The day of becoming a full member: a year later, and at once where there was no probation."""
    if NO_PROBATION[0] <= joined <= NO_PROBATION[1]:
        return joined
    return add_months(joined, 12)


def id_number(source: Source, birth: date, sex: str) -> str:
    """An identity number of area 370000, which no place has, with a right check digit; never twice."""
    source.birthdays[birth, sex] += 1
    order = source.birthdays[birth, sex] * 2 - (1 if sex == "1" else 0)
    body = f"370000{birth:%Y%m%d}{order:03d}"
    return (
        body + ID_CHECK[sum(int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=True)) % 11]
    )
