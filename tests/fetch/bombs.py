"""Bodies that inflate to mebibytes of zeros, made in no time: one compressed block, repeated."""

from __future__ import annotations

import gzip
import zlib

import brotli

MIB = 2**20
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"


def gzip_bomb(mebibytes: int) -> bytes:
    """One gzip member. Its checksum is wrong, which nobody who stops in time can know."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"".join([_HEADER, block * mebibytes, packer.flush(), bytes(8)])


def gzip_twice(mebibytes: int) -> bytes:
    """The same, packed again."""
    return gzip.compress(gzip_bomb(mebibytes), 1)


def brotli_bomb(mebibytes: int) -> bytes:
    """One brotli stream: after the first two, all flushed blocks of zeros are alike."""
    packer = brotli.Compressor(quality=1, lgwin=16)
    first, second, third = (packer.process(bytes(MIB)) + packer.flush() for _ in range(3))
    assert second == third
    return b"".join([first, second * (mebibytes - 1), packer.finish()])


def zstd_bomb(mebibytes: int) -> bytes:
    """One zstd frame of blocks that each say "128 KiB of this byte" (RFC 8878 3.1.1.2)."""
    block, last = (((128 * 1024) << 3 | 0b10 | is_last).to_bytes(3, "little") + b"\0" for is_last in (0, 1))
    frame = b"\x28\xb5\x2f\xfd\x00\x50"  # magic, no checksum or size, a window of 1 MiB
    return frame + block * (mebibytes * 8 - 1) + last
