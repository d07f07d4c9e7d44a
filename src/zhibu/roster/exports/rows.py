"""What a roster is written from: typed rows and the head of a reported form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member. Codes are our stable keys; dates ISO text cut to their precision (``1998-07``); empty
    is ``""``.
    """

    name: str
    alias: str = ""
    id_number: str = ""
    sex: str = ""
    ethnicity: str = ""
    birth: str = ""
    native_place: str = ""
    education: str = ""
    education_track: str = ""
    degree: str = ""
    school: str = ""
    major: str = ""
    work_start_date: str = ""
    status: str = ""
    membership_state: str = ""
    branch_name: str = ""
    branch_code: str = ""
    party_group: str = ""
    office: str = ""
    joined_date: str = ""
    full_date: str = ""
    introducers: str = ""
    post_code: str = ""
    unit: str = ""
    technical_title: str = ""
    stratum: str = ""
    is_migrant_worker: bool | None = None
    frontline: str = ""
    phone: str = ""
    landline: str = ""
    address: str = ""
    household_place: str = ""
    archive_place: str = ""
    is_lost: bool | None = None
    lost_date: str = ""
    lost_circumstance: str = ""
    is_mobile: bool | None = None
    mobile_destination: str = ""
    mobile_since_date: str = ""
    party_age_correction: int | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What stands above and below a reported roster; ``watermark`` names user, time and purpose where
    required.
    """

    title: str
    unit: str
    prepared_by: str
    checked_by: str
    day: date
    watermark: str = ""
    dates_as_months: bool = False
