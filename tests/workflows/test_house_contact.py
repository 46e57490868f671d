import pytest

from ceo.workflows.house.contact import Contact, read_contact, stored_contact


def read(text: str) -> Contact:
    contact = read_contact(text, "contact.yaml")
    assert isinstance(contact, Contact), contact
    return contact


def test_contact_lines_are_read() -> None:
    text = (
        "phone: +31 30 123 45 67\nemail: onderzoek@gemeente.example\naddress: Plein 1, Stad\nwebsite: https://www.gemeente.example/wmo\n"
        "privacy_officer: fg@gemeente.example\ncomplaints: klacht@gemeente.example\n"
    )
    assert read(text).model_dump() == {
        "phone": "+31 30 123 45 67",
        "email": "onderzoek@gemeente.example",
        "address": "Plein 1, Stad",
        "website": "https://www.gemeente.example/wmo",
        "privacy_officer": "fg@gemeente.example",
        "complaints": "klacht@gemeente.example",
    }


def test_a_complaint_can_also_have_a_page() -> None:
    assert read("complaints: https://gemeente.example/klachten").complaints == "https://gemeente.example/klachten"


@pytest.mark.parametrize(
    "line",
    [
        "phone: bel ons",
        "phone: '12'",
        "phone: 1234567890123456",
        "phone: 14 030; 14 031",
        "email: onderzoek@gemeente",
        "email: a b@gemeente.example",
        "email: <a@gemeente.example>",
        "website: http://gemeente.example",
        "website: https://gemeente",
        "website: https://gebruiker@gemeente.example",
        "website: https://gemeente.example:8443",
        "website: javascript:alert(1)",
        "website: https://gemeente.example/\\",
        "website: 'https://gemeente.example/\"'",
        "website: https://[gemeente.example",
        "complaints: klachtenbalie",
        "complaints: mailto:x@y",
        "address: <b>Plein</b>",
        'address: "Plein 1\\nStad"',
        "address: ' '",
        f"address: {'a' * 121}",
        "privacy_officer: Jansen",
        "fax: 030 123 45 67",
    ],
)
def test_a_line_that_is_not_what_it_says_is_told_with_its_place(line: str) -> None:
    problems = read_contact(f"phone: 14 030\n{line}" if not line.startswith("phone") else f"\n{line}", "contact.yaml")
    assert isinstance(problems, list)
    [problem] = problems
    assert (problem.line, problem.place) == (2, line.partition(":")[0])
    assert problem.cause
    assert problem.cure


def test_all_mistakes_are_told_at_once() -> None:
    problems = read_contact("phone: x\nemail: y\nfax: z\n", "contact.yaml")
    assert isinstance(problems, list)
    assert [problem.line for problem in problems] == [1, 2, 3]


def test_text_that_is_no_yaml_is_told() -> None:
    assert isinstance(read_contact("phone: [", "contact.yaml"), list)


def test_lines_that_were_kept_are_judged_again() -> None:
    assert stored_contact({"phone": "14 030", "website": "javascript:alert(1)", "fax": "1"}) == Contact(phone="14 030")
