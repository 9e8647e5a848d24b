from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.conversation import Branch, Message, Role
from desktop.domain.errors import InvalidInput
from desktop.storage import tree

parents = st.integers(0, 30).flatmap(
    lambda count: st.tuples(
        *(st.none() | st.integers(0, n - 1) if n else st.none() for n in range(count))
    )
)


@settings(
    max_examples=50,
)
@given(parents, st.data())
def test_walks_agree_with_walking_by_hand(conversations, conversation, database, parents, data):
    messages = [Message(n, 0, parent, Role.USER, str(n), 0.0) for n, parent in enumerate(parents)]
    made = conversations.add_tree(replace(conversation, head_id=None), messages)
    with database.reading() as db:
        kept = tree.all_messages(db, made.id)
        assert [message.text for message in kept] == [message.text for message in messages]
        by_id = {message.id: message for message in kept}
        if not kept:
            return
        chosen = data.draw(st.sampled_from(kept))

        path = [chosen]
        while path[0].parent_id is not None:
            path.insert(0, by_id[path[0].parent_id])
        assert tree.path(db, chosen.id) == path

        def siblings(message: Message) -> list[int]:
            return [m.id for m in kept if m.parent_id == message.parent_id]

        assert tree.siblings(db, made.id, chosen.parent_id) == siblings(chosen)
        assert tree.branches(db, made.id) == {
            message.id: Branch(siblings(message).index(message.id) + 1, len(siblings(message)))
            for message in kept
            if len(siblings(message)) > 1
        }

        below = {chosen.id}
        for message in kept:
            if message.parent_id in below:
                below.add(message.id)
        assert tree.newest_leaf(db, chosen.id) == max(below)


def test_a_long_chain_is_walked(conversations, conversation, database):
    chain = [Message(n, 0, n - 1 if n else None, Role.USER, str(n), 0.0) for n in range(5000)]
    made = conversations.add_tree(replace(conversation, head_id=4999), chain)
    with database.reading() as db:
        path = tree.path(db, made.head_id)
        assert [message.text for message in path] == [str(n) for n in range(5000)]
        assert tree.newest_leaf(db, path[0].id) == made.head_id
        assert tree.branches(db, made.id) == {}


def test_what_is_not_there(database):
    with database.reading() as db:
        assert tree.path(db, None) == []
        assert tree.branches(db, 1) == {}
        assert tree.is_deleted(db, 7) is True
        with pytest.raises(InvalidInput):
            tree.message(db, 7)
        with pytest.raises(InvalidInput):
            tree.conversation(db, 7)
