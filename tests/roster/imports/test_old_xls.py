"""The binary .xls that offices still send: formats, hidden rows and formulas are seen."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

from tests.roster.imports.made import interpreted, short

# A workbook of two fictitious persons, packed: row 4 and column F hidden, F3 a formula without a result.
_PACKED = (
    r"c-rk)SxA&o6#nkNI5Rq<<5E!3AVOB!GG?Vd)U;61L*`$CHbsj$3}ISWK}L%$zGOwTJhZ$76-3Yi(LxdR=0jlALl6{N1VK+h8"
    r">CL>ocVt<n;@Zr<o_=B+<VSl&bjxVyZry-&g`yp*GG3_5N1P1U&4p90Ww9==P*G~c_P7CC-qWHxcIN&^U^}5nYbHx<l!~s_3"
    r"nm-YsN#Oz$=QYuo;z`nqv9?5c9-_b&746r3~^t4QDB4VwBjGBXqscT%lK`?meM%L~>Z@EUMe3qUelN7M0t6T&opGSte11Thi"
    r"vaNJ=mQ9qh+@j;dr`6LXt4tlKzT3POe-=Rs?|DAp8fW<CoSkPfsECO0-tuCEUnV{j1}P%TJ?0&HDffJREa@d9)qkKE)uJ|^;"
    r"k56*e;Am5e$Te$+szx*io{6g-fHBKe>(LxWFAJ+_^6^XTqH%A-%cw=yhrUKQ6Eao40*r7C4vvRxDL)$V_wi3vT)Z@4nk6Ke>"
    r"Z;wW;+Uo23xCwRhbVZ<=lJRScm(gCne5AMXVf*Lhl#N+Y>r?E*Ny=8Ye%(1^+lzJ+${RniditKIRdHB{YTttJ8B0NxZOZ{l%"
    r"ff_`ikao%3JT$hTI#nlzBEP^wydBlsANiM`GVq-Fo_p$?2M)Jr6q@4@P|V#AY0#0v>sWK&z1uqNORS5>HU)>byblyB59S2jY"
    r"q67j^_pm?By2zUDV#Ba4aKBE=OpYQd6c&v=m7X#X|RqmNAkaEi{kXQd(Fw!p<z*FLe$`X(8z?6+DfMACR9w`L=h~?NHn6$VA"
    r"FtS=7BF@5-~tIoh8-8jX^$ACuH1b@~+JPQ*!-eQ>@II_jrG)T;$;+Y|PkpM_pN9SGS%@AJ(sv*iR+TB#JRl(b@+<eWK9avE`"
    r"ZKc^FC^mB&v>u@G<X|{D*3O$<W@!0i~Yw7LhSPws2c5BS(Gy{dxDAoAzH<F{Oir(<eOT$=_n6_2?lu0V_AY>v$C9GZ_pg!ML"
    r"uZ#M0TcIxMGl*jqx~MM>cf2$Xo|w-j=oE6rgk)_t!Ec+Vi~1ts-q_Q}Ffm)p!A%||-E80SCtVwZT-$MF)ldIdS5_%qIlymRo"
    r">iopRTnN?xNzZOc!O_tzAbh8*=pKv2#@_=r<Y=%`<rCgVi`73*h-&(3(!PqGkxw41tVc9r!V!JZJhswj2hD3j0V(+9SuYFUw"
    r"Q+of#dn@hQU9#g@&rXZzy*DW&Pg(3IRyJ"
)


def xls() -> bytes:
    return zlib.decompress(base64.b85decode(_PACKED))


def test_an_old_workbook_is_read_with_formats_and_hidden_rows(tmp_path: Path) -> None:
    found = interpreted(xls(), tmp_path, "名册.xls")
    first, second = found.persons()
    assert found.workbook.kind == "xls"
    assert short(first.verdict("name")) == ("FIX", "王军")
    assert short(first.verdict("joined_date")) == ("OK", "1998-07-01")
    assert short(second.verdict("joined_date")) == ("OK", "1998-07")
    assert short(first.verdict("phone")) == ("FIX", "13800000000")
    assert short(second.verdict("id_number")) == ("REJ", None)
    assert short(second.verdict("phone")) == ("REJ", None)
    assert (first.is_hidden, second.is_hidden) == (False, True)
    assert [column.is_hidden for column in found.tables[0].columns] == [False] * 5 + [True]


def test_a_formula_without_a_saved_result_is_refused(tmp_path: Path) -> None:
    first, _ = interpreted(xls(), tmp_path, "名册.xls").persons()
    assert short(first.verdict("dues_monthly")) == ("REJ", None)


def test_a_hidden_dictionary_sheet_is_named(tmp_path: Path) -> None:
    found = interpreted(xls(), tmp_path, "名册.et")
    assert "hidden_sheet" in {notice.code for notice in found.notices}
