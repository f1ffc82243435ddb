package dev.pavise.proxy.http;

import java.util.Arrays;

/**
 * Writes the header sections of answers in HPACK (RFC 7541) as literals and references to the static table: no field of an answer enters a
 * dynamic table, so that there is nothing to look up, nothing for a client to size, and nothing that tells one answer's length by another's
 * content. Names are looked up once, values go out as they are.
 *
 * <p>A section is in {@link #bytes()} until the next is written. Not thread-safe; one serves all connections of an event loop.
 */
public final class Http2HeadWriter {
    /** Sets the size of the dynamic table to nothing; stands before the first section of a connection (RFC 7541, 4.2). */
    private static final byte NO_TABLE = 0x20;

    private static final int STATUS = 8; // index of :status 200 in the static table
    private static final int[] STATUSES = {200, 204, 206, 304, 400, 404, 500};
    private static final int[] INDEX = indexes();
    private static final int BITS_OF_NAME = 4;
    private static final int BITS_OF_LENGTH = 7;

    private byte[] bytes = new byte[1024];
    private int length;

    /** Writes the head of an answer; 101 becomes the 200 of RFC 8441. */
    public void answer(ResponseHead head, boolean firstOfConnection) {
        begin(head.headers(), firstOfConnection);
        status(head.status() == 101 ? 200 : head.status());
        fields(head.headers());
    }

    /** Writes trailers, which never come first on a connection. */
    public void trailers(HeaderBlock fields) {
        begin(fields, false);
        fields(fields);
    }

    /** What was written; the bytes belong to the writer. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    private void begin(HeaderBlock fields, boolean firstOfConnection) {
        length = 0;
        // Of a field the block counts four bytes beside its name and value, and a literal needs at most eleven.
        int most = fields.encodedLength() + fields.size() * 8 + 16;
        if (bytes.length < most) {
            bytes = new byte[most];
        }
        if (firstOfConnection) {
            bytes[length++] = NO_TABLE;
        }
    }

    private void status(int status) {
        int known = Arrays.binarySearch(STATUSES, status);
        if (known >= 0) {
            bytes[length++] = (byte) (0x80 | (STATUS + known));
            return;
        }
        bytes[length++] = STATUS;
        bytes[length++] = 3;
        bytes[length++] = (byte) ('0' + status / 100);
        bytes[length++] = (byte) ('0' + status / 10 % 10);
        bytes[length++] = (byte) ('0' + status % 10);
    }

    @SuppressWarnings("EnumOrdinal") // an index into a table that is made from the same enum at each start
    private void fields(HeaderBlock fields) {
        for (int i = 0; i < fields.size(); i++) {
            HeaderName name = fields.known(i);
            if (name != null && Http2Heads.isForHttp1(name)) {
                continue;
            }
            int index = name == null ? 0 : INDEX[name.ordinal()];
            integer(0, BITS_OF_NAME, index);
            if (index == 0) {
                integer(0, BITS_OF_LENGTH, fields.nameLength(i));
                length = fields.copyName(i, bytes, length);
            }
            integer(0, BITS_OF_LENGTH, fields.valueLength(i));
            length = fields.copyValue(i, bytes, length);
        }
    }

    /** An integer whose first bits share a byte with others (RFC 7541, 5.1). */
    private void integer(int others, int bits, int value) {
        int most = (1 << bits) - 1;
        if (value < most) {
            bytes[length++] = (byte) (others | value);
            return;
        }
        bytes[length++] = (byte) (others | most);
        int rest = value - most;
        while (rest >= 0x80) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    @SuppressWarnings("EnumOrdinal") // as above
    private static int[] indexes() {
        HeaderName[] names = HeaderName.values();
        int[] indexes = new int[names.length];
        for (HeaderName name : names) {
            indexes[name.ordinal()] = HpackTable.indexOf(name.text());
        }
        return indexes;
    }
}
