"""Searches in datasets, and what is told of files."""

from __future__ import annotations

from typing import Any

import pytest

import ossc
from ossc.settings import Dataset, DatasetConfig, DatasetFile, DatasetQuery

LARGE = {"Field": "Size", "Value": "2", "Operation": "gt"}


@pytest.fixture(name="filled")
def make_filled(bucket: ossc.Bucket) -> ossc.Bucket:
    """A bucket with some objects, of which two are in albums."""
    bucket.put_object("cats/grey cat.jpg", b"1", content_type="image/jpeg")
    bucket.put_object("cats/red cat.mp4", b"22", content_type="video/mp4")
    bucket.put_object("report.txt", b"333", tags={"album": "work"})
    bucket.put_object("grey dog.txt", b"4444", tags={"album": "home"})
    return bucket


@pytest.fixture(name="album")
def make_album(filled: ossc.Bucket) -> ossc.Bucket:
    """The same with an index, and a dataset of everything."""
    filled.datasets.open()
    filled.datasets.create("all")
    return filled


def names(files: Any) -> list[str]:
    """Their keys."""
    return [each.filename for each in files]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (None, ["cats/grey cat.jpg", "cats/red cat.mp4", "grey dog.txt", "report.txt"]),
        (LARGE, ["grey dog.txt", "report.txt"]),
        (
            {"Field": "MediaType", "Value": "image", "Operation": "eq"},
            ["cats/grey cat.jpg"],
        ),
        (
            {"Field": "OSSTagging.album", "Value": "home", "Operation": "eq"},
            ["grey dog.txt"],
        ),
        (
            {"Field": "URI", "Value": "oss://examplebucket/r", "Operation": "prefix"},
            ["report.txt"],
        ),
    ],
)
def test_searches(album: ossc.Bucket, query: Any, found: list[str]) -> None:
    """By what objects are, page by page."""
    search = album.datasets.search
    files = search("all", query, sort="Filename", order="asc", page_size=1)
    assert names(files) == found
    assert album.datasets.count("all", query) == len(found)


def test_searches_are_taken_up_again(album: ossc.Bucket) -> None:
    """Behind the last file that was taken."""
    files = album.datasets.search("all", sort="Size", order="asc", page_size=3)
    taken = names(next(files) for _ in range(2))
    rest = album.datasets.search(
        "all", sort="Size", order="asc", page_size=3, resume=files.token
    )
    assert len(taken + names(rest)) == len(set(taken) | {"report.txt", "grey dog.txt"})


def test_orders_of_several_fields(album: ossc.Bucket) -> None:
    """By one, then by another."""
    files = album.datasets.search("all", sort="MediaType,Size", order="asc")
    assert names(files) == [
        "report.txt",
        "grey dog.txt",
        "cats/grey cat.jpg",
        "cats/red cat.mp4",
    ]
    for sort in ("Colour", ",".join(["Size"] * 6)):
        with pytest.raises(ossc.InvalidArgument, match="cannot sort"):
            list(album.datasets.search("all", sort=sort))
    wrong: Any = "asc,desc"
    with pytest.raises(ossc.InvalidArgument, match="order"):
        list(album.datasets.search("all", sort="Size", order=wrong))


def test_what_is_told_of_a_file(album: ossc.Bucket) -> None:
    """All that the server knows, or what is asked for."""
    query = {"Field": "Filename", "Value": "report.txt", "Operation": "eq"}
    (got,) = album.datasets.search("all", query)
    info = album.head_object("report.txt")
    assert (got.size, got.etag.strip('"')) == (3, info.etag)
    assert (got.uri, got.dataset_name) == ("oss://examplebucket/report.txt", "all")
    assert got.tags is not None
    assert [(tag.key, tag.value) for tag in got.tags] == [("album", "work")]
    assert got.insight is None
    (short,) = album.datasets.search("all", query, fields=["Size", "Insights"])
    assert short == DatasetFile(size=3)
    assert repr(short) == "DatasetFile(size=3)"


def test_counting(album: ossc.Bucket) -> None:
    """Over all that is found, however many pages that would be."""
    total, kinds = album.datasets.aggregate(
        "all", None, ("Size", "sum"), ("MediaType", "group")
    )
    assert total.value == 10.0
    assert kinds.groups is not None
    assert {each.value: each.count for each in kinds.groups} == {
        "document": 2,
        "image": 1,
        "video": 1,
    }
    with pytest.raises(ossc.InvalidArgument):
        album.datasets.aggregate("all", None, ("Size", "dance"))


def test_searches_by_meaning(album: ossc.Bucket) -> None:
    """The local server looks for words in keys, the most of them first."""
    query = album.datasets.semantic_query
    assert names(query("all", "The grey cat!")) == [
        "cats/grey cat.jpg",
        "cats/red cat.mp4",
        "grey dog.txt",
    ]
    assert names(query("all", "grey cat", media_types=["image"])) == [
        "cats/grey cat.jpg"
    ]
    assert names(query("all", "grey", query=LARGE)) == ["grey dog.txt"]
    (short,) = query("all", "grey cat", fields=["Filename"], max_results=1)
    assert short == DatasetFile(filename="cats/grey cat.jpg")
    assert query("all", "submarine") == ()
    with pytest.raises(ossc.InvalidArgument):
        query("all", "x" * 1025)
    with pytest.raises(ossc.InvalidArgument):
        query("all", "x", media_types=["smell"])


def test_searches_of_all_of_a_bucket(filled: ossc.Bucket) -> None:
    """DoMetaQuery, which needs no dataset."""
    filled.datasets.open()
    do = filled.datasets.do
    page = do(DatasetQuery(sort="Size", order="asc", max_results=3))
    assert (page.total_hits, names(page.files)[0]) == (4, "cats/grey cat.jpg")
    rest = do(
        DatasetQuery(
            sort="Size", order="asc", next_token=page.next_token, with_fields=["Size"]
        )
    )
    assert rest.files == (DatasetFile(size=4),)
    assert rest.next_token == ""
    quiet = do(
        DatasetQuery(
            query='{"Field":"Size","Value":"9","Operation":"gt"}',
            without_total_hits=True,
        )
    )
    assert (quiet.total_hits, quiet.files) == (None, ())
    meant = do(
        DatasetQuery(query="grey", media_types=["document"], max_results=1),
        mode="semantic",
    )
    assert names(meant.files) == ["grey dog.txt"]
    with pytest.raises(ossc.ServerError, match="not supported"):
        do(DatasetQuery(source_uri="oss://examplebucket/x"))
    with pytest.raises(ossc.InvalidArgument):
        do(DatasetQuery(), mode="other")


def test_models_of_files() -> None:
    """What OSS finds out about files is read, though no server here finds it out."""
    document = (
        b"<File><Filename>f</Filename><Figures><Figure><Age>7</Age>"
        b"<HeadPose><Yaw>-1.5</Yaw></HeadPose><Boundary><Width>3</Width><Polygon>"
        b"<PointInt64><X>1</X><Y>2</Y></PointInt64></Polygon></Boundary></Figure>"
        b"</Figures><Labels><Label><LabelName>cat</LabelName><Clips><Clip>"
        b"<TimeRange>1</TimeRange><TimeRange>9</TimeRange></Clip></Clips></Label>"
        b"</Labels><OCRContents><OCRContents><Contents>hi</Contents></OCRContents>"
        b"</OCRContents><Insights><Image><Caption>a cat</Caption><MultilingualContent>"
        b"<Content><Language>de</Language><Caption>Katze</Caption></Content>"
        b"</MultilingualContent></Image></Insights><VideoStreams><VideoStream>"
        b"<HasBFrames>1</HasBFrames></VideoStream></VideoStreams></File>"
    )
    got = DatasetFile.from_xml(document)
    assert got.figures is not None
    (figure,) = got.figures
    assert (figure.age, figure.head_yaw) == (7, -1.5)
    assert figure.boundary is not None
    assert figure.boundary.polygon is not None
    assert (figure.boundary.polygon[0].x, figure.boundary.polygon[0].y) == (1, 2)
    assert got.labels is not None
    assert got.labels[0].clips is not None
    assert got.labels[0].clips[0].time_range == (1, 9)
    assert got.ocr_contents is not None
    assert got.ocr_contents[0].contents == "hi"
    assert got.insight is not None
    assert got.insight.multilingual_content is not None
    assert got.insight.multilingual_content[0].caption == "Katze"
    assert got.video_streams is not None
    assert got.video_streams[0].has_b_frames == 1
    assert DatasetFile.from_xml(got.to_xml()) == got


def test_flags_are_read_in_any_case() -> None:
    """They are written as OSS's documents have them."""
    for text in ("True", "true", "TRUE"):
        document = (
            f"<DatasetConfig><ReverseImage><Image><Enable>{text}</Enable></Image>"
            "</ReverseImage></DatasetConfig>"
        )
        assert DatasetConfig.from_xml(document.encode()).reverse_image is True
    assert b"<Enable>False</Enable>" in DatasetConfig(reverse_image=False).to_xml()
    wrong: Any = "True"
    with pytest.raises(TypeError, match="must be a bool"):
        DatasetConfig(reverse_image=wrong)
    assert Dataset(dataset_name="d").config is None
