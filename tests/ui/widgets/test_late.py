from desktop.ui.widgets.late import Late


def test_the_latest_of_each_kind_is_told_in_order():
    late = Late(list)
    late.tell("a", lambda content: content.append("first a"))
    late.tell("b", lambda content: content.append("b"))
    late.tell("a", lambda content: content.append("last a"))
    assert not late.exists
    assert late.get() == ["b", "last a"]
    late.tell("a", lambda content: content.append("now"))
    assert late.get() == ["b", "last a", "now"]
    assert late.exists
