# SPDX-License-Identifier: Apache-2.0
"""Notices and signs on paper: what poppler and zbar read in them.

The texts of tests/golden/paper are those of pages that were looked at as
pictures; GOLDEN_UPDATE=1 writes them anew.
"""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["SOURCE_ROOT"], "tests/scenario"))
from scenario import HAECHI, SOURCE_ROOT, check, run, scenario  # noqa: E402

WORK = tempfile.TemporaryDirectory(prefix="haechi-")
EXAMPLES = {"geoje": "geoje-family-center", "gwangju": "gwangju-labor-office"}
DRAWN = {}


def notice(name):
    return f"{SOURCE_ROOT}/examples/{EXAMPLES[name]}/notice.yaml"


def call(*arguments, expect=0):
    done = subprocess.run([HAECHI, *arguments], capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL)
    check(done.returncode == expect,
          f"{arguments}: exit {done.returncode}, not {expect}: {done.stderr}")
    return done


def tool(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True,
                          timeout=60, check=True).stdout


def rendered(name, language):
    """The PDF of an example's notice, made once."""
    path = f"{WORK.name}/{name}.{language}.pdf"
    if path not in DRAWN:
        DRAWN[path] = True
        call("notice", "render", notice(name), "--format", "pdf", "--lang",
             language, "--out", path)
    return path


def sign(name, site, *options):
    path = f"{WORK.name}/sign-{name}-{site}-{len(DRAWN)}.pdf"
    DRAWN[path] = True
    call("sign", notice(name), "--site", site, "--out", path, *options)
    return path


def pages(path):
    return int(re.search(r"^Pages:\s+(\d+)", tool("pdfinfo", path),
                         re.M).group(1))


def words(path):
    return set(tool("pdftotext", "-raw", path, "-").replace("•", " ").split())


def golden(path, name):
    made = f"{pages(path)} pages\n" + tool("pdftotext", "-layout", path, "-")
    golden_path = f"{SOURCE_ROOT}/tests/golden/paper/{name}.txt"
    if os.environ.get("GOLDEN_UPDATE"):
        with open(golden_path, "w", encoding="utf-8") as out:
            out.write(made)
    with open(golden_path, encoding="utf-8") as kept:
        check(kept.read() == made, f"{name} differs from {golden_path}; look "
              "at the page, then GOLDEN_UPDATE=1")


def edited(name, *changes):
    """A copy of the example's notice with texts replaced."""
    with open(notice(name), encoding="utf-8") as file:
        text = file.read()
    for old, new in changes:
        check(old in text, f"{old} in the example")
        text = text.replace(old, new, 1)
    path = f"{WORK.name}/edited-{len(DRAWN)}.yaml"
    DRAWN[path] = True
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


@scenario
def notices_are_the_golden_ones():
    for name in EXAMPLES:
        for language in ("ko", "en"):
            golden(rendered(name, language), f"{name}.{language}")


@scenario
def signs_are_the_golden_ones():
    golden(sign("geoje", "center"), "sign.geoje-center")
    golden(sign("gwangju", "gwangju-center", "--place", "parking-b4",
                "--lang", "en", "--paper", "A3"), "sign.gwangju-parking")


@scenario
def no_word_is_broken():
    for name in EXAMPLES:
        for language in ("ko", "en"):
            text = call("notice", "render", notice(name), "--format", "txt",
                        "--lang", language).stdout
            # Marks that stand otherwise on paper.
            wanted = set(text.split()) - {"-", "◎"}
            if "안내판" in wanted or "Signboard" in wanted:
                wanted = {word.rstrip(":") for word in wanted}
            found = {word.rstrip(":") for word in words(rendered(name,
                                                                 language))}
            missing = sorted(wanted - found)
            check(not missing, f"{name}.{language}: broken {missing}")


@scenario
def a_word_wider_than_its_column_is_broken_and_not_lost():
    long = "가나다라마바사아자차카타파하" * 8
    path = f"{WORK.name}/long.pdf"
    call("notice", "render", edited("geoje", ("ko: 상담실 전체", f"ko: {long}")),
         "--format", "pdf", "--out", path)
    text = re.sub(r"\s", "", tool("pdftotext", "-raw", path, "-"))
    check(long in text, "every syllable of the long word")


@scenario
def fonts_are_embedded():
    for path in (rendered("geoje", "ko"), rendered("gwangju", "en"),
                 sign("geoje", "center")):
        rows = tool("pdffonts", path).splitlines()[2:]
        check(rows, "a font")
        for row in rows:
            check("NanumGothic" in row, row)
            # Columns from the end: emb sub uni object ID.
            check(row.split()[-5:-2] == ["yes", "yes", "yes"], row)


@scenario
def a_notice_has_title_language_and_tags():
    path = rendered("geoje", "ko")
    info = tool("pdfinfo", path)
    check("Title:           거제시가족센터 고정형 영상정보처리기기 운영·관리 방침" in info,
          "a title")
    check(re.search(r"^Tagged:\s+yes", info, re.M), "tags")
    with open(path, "rb") as file:
        check(b"/Lang (ko-KR)" in file.read(), "Korean")
    with open(rendered("geoje", "en"), "rb") as file:
        check(b"/Lang (en-GB)" in file.read(), "English")
    structure = subprocess.run(["pdfinfo", "-struct-text", path],
                               capture_output=True, text=True, timeout=60)
    check("Warning" not in structure.stderr, structure.stderr)
    for element in ("Document", "H1", "H2", "H3", "Table", "TR", "TH", "TD",
                    "L (", "LI", "LBody"):
        check(element in structure.stdout, element)


@scenario
def a_reader_of_tags_gets_whole_sentences():
    structure = tool("pdfinfo", "-struct-text", rendered("geoje", "ko"))
    check("보관기간 만료 시 복원이 불가능한 방법으로 영구 삭제(출력물의 경우 파쇄)합니다."
          in structure, "a sentence over two lines, with its spaces")


@scenario
def a_table_over_pages_repeats_its_header():
    text = tool("pdftotext", "-layout", rendered("gwangju", "ko"), "-")
    for page in text.split("\f")[1:3]:
        first = page.strip().splitlines()[0]
        check(first.split()[:2] == ["설치대수", "설치위치"], first)


@scenario
def the_same_notice_gives_the_same_bytes():
    again = f"{WORK.name}/again.pdf"
    call("notice", "render", notice("geoje"), "--format", "pdf", "--out", again)
    with open(again, "rb") as one, open(rendered("geoje", "ko"), "rb") as two:
        check(one.read() == two.read(), "same bytes")


@scenario
def the_code_on_a_sign_is_the_homepage():
    for paper in ("A4", "A3"):
        path = sign("geoje", "center", "--paper", paper)
        tool("pdftoppm", "-r", "100", "-png", "-singlefile", path,
             f"{WORK.name}/code")
        read = subprocess.run(["zbarimg", "-q", "--raw",
                               f"{WORK.name}/code.png"], capture_output=True,
                              text=True, timeout=60).stdout
        check(read.strip() == "https://geoje-family-center.example/cctv",
              f"{paper}: {read!r}")


@scenario
def a_site_has_a_sign_for_each_place():
    check(pages(sign("geoje", "center")) == 2, "two places")
    check(pages(sign("geoje", "center", "--place", "counselling")) == 1, "one")
    size = tool("pdfinfo", sign("geoje", "center", "--paper", "A3"))
    check("(A3)" in size, "A3")


@scenario
def a_forgotten_processor_stands_on_the_sign_all_the_same():
    forgot = edited("geoje", ("  processor: {ko: 가나다보안 거제통영지사 "
                              "010-000-0009, en: \"Ganada Security, "
                              "010-000-0009\"}\n", ""))
    path = f"{WORK.name}/forgot.pdf"
    call("sign", forgot, "--site", "center", "--out", path)
    check({"수탁업체", "가나다보안", "010-000-0009"} <= words(path), "the processor")


@scenario
def an_exempt_place_has_no_sign_and_is_said():
    one = edited("geoje", ("# 안내판\n", """signs:
  - id: none-there
    exemption: 군사시설
    for: [counselling]
"""))
    path = f"{WORK.name}/exempt.pdf"
    done = call("sign", one, "--site", "center", "--out", path)
    check("no sign for counselling: 군사시설" in done.stderr, done.stderr)
    check(pages(path) == 1, "the other place has its page")
    os.remove(path)
    call("sign", one, "--site", "center", "--place", "counselling", "--out",
         path, expect=1)
    check(not os.path.exists(path), "no file")


@scenario
def a_sign_of_one_place_stands_as_worded():
    own = edited("geoje", ("# 안내판\n", """signs:
  - id: counselling-sign
    place: 상담실 입구
    coverage: 상담실 안쪽
    telephone: 070-000-0003
    manager: 상담팀장
    for: [counselling]
"""))
    path = f"{WORK.name}/own.pdf"
    call("sign", own, "--site", "center", "--place", "counselling", "--out",
         path)
    text = tool("pdftotext", "-layout", path, "-")
    for part in ("상담실 입구", "상담실 안쪽", "상담팀장", "070-000-0003",
                 "범죄 예방과 시설 안전"):
        check(part in text, part)


@scenario
def a_ledger_flows_over_pages_under_its_header():
    path = f"{WORK.name}/ledger.pdf"
    with open(path, "wb") as out:
        subprocess.run([os.environ["LEDGER_SAMPLE"], "60"], stdout=out,
                       check=True, timeout=60)
    info = tool("pdfinfo", path)
    check("841.89 x 595.276 pts (A4)" in info, "A4, landscape")
    text = tool("pdftotext", "-layout", path, "-").split("\f")[:-1]
    check(len(text) > 2, f"{len(text)} pages")
    check("개인영상정보 관리대장" in text[0] and "담당" in text[0], "the head")
    for page in text:
        for column in ("번호", "구분", "일시", "담당자", "목적/사유", "기간"):
            check(column in page, f"{column} on each page")
    found = words(path)
    check({str(number) for number in range(1, 61)} <= found, "every row")
    check({"이용", "제공", "열람", "파기", "분실물", "모자이크"} <=
          {word.strip("(") for word in found}, "whole words")


@scenario
def what_is_not_there_is_named():
    done = call("sign", notice("geoje"), expect=2)
    check("--site" in done.stderr, done.stderr)
    done = call("sign", notice("geoje"), "--site", "annex", expect=2)
    check("no site 'annex'" in done.stderr and "sharing-outside" in done.stderr,
          done.stderr)
    done = call("sign", notice("geoje"), "--site", "center", "--place", "roof",
                expect=2)
    check("no place 'roof'" in done.stderr, done.stderr)
    done = call("notice", "render", notice("geoje"), "--format", "doc",
                expect=2)
    check("doc" in done.stderr, done.stderr)
    call("notice", "render", notice("geoje"), "--format", "pdf", "--out",
         f"{WORK.name}/no/such/directory.pdf", expect=3)


@scenario
def the_recorder_itself_draws_nothing():
    needs = tool("readelf", "-d", HAECHI)
    for library in ("pango", "cairo", "qrencode", "glib", "fontconfig"):
        check(f"lib{library}" not in needs, f"haechi is linked to {library}")


run()
