"""Tables leave the app as spreadsheets read them, and harm nobody there."""

from ui.tables import as_csv


def test_a_table_keeps_its_letters_and_numbers() -> None:
    data = as_csv([{"Piece": "Für Elise, 1", "Notes": 3, "Correlation": None}])
    assert data.decode("utf-8-sig") == 'Piece,Notes,Correlation\n"Für Elise, 1",3,\n'
    assert data.startswith(b"\xef\xbb\xbf")


def test_text_is_no_formula_and_a_number_stays_one() -> None:
    data = as_csv([{"Piece": "=1+1", "Semitones": -2}, {"Piece": "@a", "Semitones": 2}])
    assert data.decode("utf-8-sig").splitlines()[1:] == ["'=1+1,-2", "'@a,2"]
