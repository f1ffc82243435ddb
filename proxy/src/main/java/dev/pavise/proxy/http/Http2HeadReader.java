package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header sections of one connection's requests (HPACK, RFC 7541) into the {@link Http2Section} of its event loop, without an object for
 * each field that is not new. It judges the code and the size; {@link Http2Fields} judges what the fields say.
 *
 * <p>Guarantees that a section costs no more than a small multiple of its encoded bytes, whatever it refers to: fields beyond the announced
 * size are read, as the table has to follow, but not kept. What cannot be read ends the connection, as both sides' tables would differ from then on.
 */
public final class Http2HeadReader implements Http2HeadersDecoder, Http2HeadersDecoder.Configuration {
    private static final int INDEXED_BITS = 7;
    private static final int KEPT_BITS = 6;
    private static final int SIZE_BITS = 5;
    private static final int LITERAL_BITS = 4;
    private static final int LENGTH_BITS = 7;
    private static final int MOST_SHIFT = 21; // no number in a section is larger than 28 bits

    private final HpackTable table = new HpackTable();
    private final RecentTexts recent = new RecentTexts();
    private final Http2Section section;
    private long mostListSize;
    private long mostBeforeGoAway;
    private byte[] in = new byte[0];
    private int at;
    private int end;
    private long listSize;

    /**
     * @param section of the event loop that the connection lives on
     * @param mostListSize as announced to the client, and as it counts: 32 bytes for each field beside its name and value
     */
    public Http2HeadReader(Http2Section section, long mostListSize) {
        this.section = section;
        this.mostListSize = mostListSize;
        this.mostBeforeGoAway = Http2CodecUtil.calculateMaxHeaderListSizeGoAway(mostListSize);
    }

    @Override
    public Http2Headers decodeHeaders(int streamId, ByteBuf block) throws Http2Exception {
        end = block.readableBytes();
        in = section.begin(end);
        at = 0;
        listSize = 0;
        recent.begin();
        block.readBytes(in, 0, end);
        while (at < end && (in[at] & 0xe0) == 0x20) {
            if (!table.limit(integer(SIZE_BITS))) {
                throw broken("its table is to be larger than was announced");
            }
        }
        while (at < end) {
            readField();
        }
        if (listSize > mostListSize) {
            Http2CodecUtil.headerListSizeExceeded(streamId, mostListSize, true);
        }
        return section;
    }

    private void readField() throws Http2Exception {
        int first = in[at];
        if (first < 0) {
            int index = integer(INDEXED_BITS);
            take(known(table.name(index)), known(table.value(index)));
        } else if ((first & 0x40) != 0) {
            AsciiString name = name(KEPT_BITS);
            AsciiString value = text();
            take(name, value);
            table.add(name, value);
        } else if ((first & 0x20) != 0) {
            throw broken("the size of its table changes in its midst");
        } else {
            take(name(LITERAL_BITS), text());
        }
    }

    private void take(AsciiString name, AsciiString value) {
        listSize += HpackTable.sizeOf(name, value);
        if (listSize <= mostListSize) {
            section.add(name, value);
        }
    }

    private AsciiString name(int bits) throws Http2Exception {
        int index = integer(bits);
        return index == 0 ? text() : known(table.name(index));
    }

    private static AsciiString known(@Nullable AsciiString text) throws Http2Exception {
        if (text == null) {
            throw broken("it refers to a field that is not there");
        }
        return text;
    }

    private AsciiString text() throws Http2Exception {
        if (at == end) {
            throw broken("it ends within a field");
        }
        boolean coded = in[at] < 0;
        int length = integer(LENGTH_BITS);
        if (length > end - at) {
            throw broken("it ends within a field");
        }
        int start = at;
        at += length;
        if (!coded) {
            return section.plain(start, at, recent);
        }
        AsciiString text = section.huffman(start, at, recent);
        if (text == null) {
            throw broken("a Huffman code in it is wrong");
        }
        return text;
    }

    /** An integer whose first bits share a byte with others (RFC 7541, 5.1). */
    private int integer(int bits) throws Http2Exception {
        int most = (1 << bits) - 1;
        int value = in[at++] & most;
        if (value < most) {
            return value;
        }
        for (int shift = 0; shift <= MOST_SHIFT; shift += 7) {
            if (at == end) {
                throw broken("it ends within a number");
            }
            int next = in[at++];
            value += (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw broken("a number in it is too large");
    }

    private static Http2Exception broken(String why) {
        return Http2Exception.connectionError(Http2Error.COMPRESSION_ERROR, "a header section cannot be read: %s", why);
    }

    @Override
    public Configuration configuration() {
        return this;
    }

    @Override
    public void maxHeaderTableSize(long max) throws Http2Exception {
        if (max != HpackTable.MOST) {
            throw Http2Exception.connectionError(Http2Error.INTERNAL_ERROR, "no other size of the table was announced");
        }
    }

    @Override
    public long maxHeaderTableSize() {
        return HpackTable.MOST;
    }

    @Override
    public void maxHeaderListSize(long max, long goAwayMax) {
        mostListSize = max;
        mostBeforeGoAway = goAwayMax;
    }

    @Override
    public long maxHeaderListSize() {
        return mostListSize;
    }

    @Override
    public long maxHeaderListSizeGoAway() {
        return mostBeforeGoAway;
    }
}
