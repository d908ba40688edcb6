"""Values of channels for property tests."""

from hypothesis import strategies as st

from dure.foundations.channels.rules import segments
from dure.foundations.channels.types import EVERYBODY, JoinedBy
from dure.foundations.channels.types.segments import All, Any, Compare, Field, Not, Segment, Term

tags = (
    st.text(
        st.one_of(
            st.characters(whitelist_categories=["L", "N", "P", "S", "Zs"], blacklist_characters='"'),
            st.sampled_from("가나단골 "),
        ),
        min_size=1,
        max_size=segments.TAG_LENGTH_MAX,
    )
    .map(lambda text: _tag(text))
    .filter(bool)
)
words_that_mean_something = st.sampled_from(["그리고", "or", "not", "모두", "태그", "and", "(", "30", "<", "a:b", "!"])
days = st.integers(0, segments.DAYS_MAX)
compares = st.sampled_from(Compare)
terms = st.one_of(
    st.builds(Term, st.just(Field.TAG), st.just(Compare.IS), st.one_of(tags, words_that_mean_something)),
    st.builds(Term, st.sampled_from(sorted(segments.COUNTED)), compares, days),
    st.builds(
        Term,
        st.just(Field.REGION),
        st.just(Compare.IS),
        st.from_regex(r"[0-9]{2,10}", fullmatch=True).filter(str.isascii),
    ),
    st.builds(Term, st.just(Field.JOINED_BY), st.just(Compare.IS), st.sampled_from([way.value for way in JoinedBy])),
)


def _tag(text: str) -> str:
    try:
        return segments.clean_tag(text)
    except ValueError:
        return ""


def _joined(inner: st.SearchStrategy[Segment]) -> st.SearchStrategy[Segment]:
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(All, several), st.builds(Any, several))


whole: st.SearchStrategy[Segment] = st.recursive(st.one_of(terms, st.just(EVERYBODY)), _joined, max_leaves=6)
# Segments that meet the few friends of a test often enough.
near_terms = st.one_of(
    st.builds(
        Term,
        st.just(Field.TAG),
        st.just(Compare.IS),
        st.sampled_from(["단골", "무료 배달", "or", "30", "없는 태그", "%s"]),
    ),
    st.builds(
        Term, st.sampled_from(sorted(segments.COUNTED)), compares, st.sampled_from([0, 1, 6, 7, 29, 30, 31, 400])
    ),
    st.builds(
        Term,
        st.just(Field.REGION),
        st.just(Compare.IS),
        st.sampled_from(["99", "9901000000", "9901031021", "9901031000", "11", "1100000000"]),
    ),
    st.builds(Term, st.just(Field.JOINED_BY), st.just(Compare.IS), st.sampled_from(["qr", "link"])),
)
near: st.SearchStrategy[Segment] = st.recursive(st.one_of(near_terms, st.just(EVERYBODY)), _joined, max_leaves=6)
