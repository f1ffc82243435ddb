package dev.pavise.proxy.http;

import io.netty.util.AsciiString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a client of one connection may refer to by number (RFC 7541, 2.3): those that everybody knows, and behind them those that it
 * sent before, at most {@link #MOST} bytes as the RFC counts them. Kept fields have arrays of their own, so that nothing else lives on with them.
 */
final class HpackTable {
    /** The size that a table has where nothing else is announced, and ours is not. */
    static final int MOST = 4096;

    private static final int OVERHEAD = 32;

    private static final AsciiString[] STATIC_NAMES;
    private static final AsciiString[] STATIC_VALUES;

    static {
        String[] rows = """
            :authority
            :method GET
            :method POST
            :path /
            :path /index.html
            :scheme http
            :scheme https
            :status 200
            :status 204
            :status 206
            :status 304
            :status 400
            :status 404
            :status 500
            accept-charset
            accept-encoding gzip, deflate
            accept-language
            accept-ranges
            accept
            access-control-allow-origin
            age
            allow
            authorization
            cache-control
            content-disposition
            content-encoding
            content-language
            content-length
            content-location
            content-range
            content-type
            cookie
            date
            etag
            expect
            expires
            from
            host
            if-match
            if-modified-since
            if-none-match
            if-range
            if-unmodified-since
            last-modified
            link
            location
            max-forwards
            proxy-authenticate
            proxy-authorization
            range
            referer
            refresh
            retry-after
            server
            set-cookie
            strict-transport-security
            transfer-encoding
            user-agent
            vary
            via
            www-authenticate
            """.strip().split("\n");
        STATIC_NAMES = new AsciiString[rows.length + 1];
        STATIC_VALUES = new AsciiString[rows.length + 1];
        for (int i = 0; i < rows.length; i++) {
            String[] parts = rows[i].strip().split(" ", 2);
            STATIC_NAMES[i + 1] = AsciiString.cached(parts[0]);
            STATIC_VALUES[i + 1] = parts.length == 2 ? AsciiString.cached(parts[1]) : AsciiString.EMPTY_STRING;
        }
    }

    private @Nullable AsciiString[] names = new AsciiString[8];
    private @Nullable AsciiString[] values = new AsciiString[8];
    private int newest = -1;
    private int count;
    private int size;
    private int limit = MOST;

    /** The number of the first static field of this name, or 0. */
    static int indexOf(AsciiString name) {
        for (int i = 1; i < STATIC_NAMES.length; i++) {
            if (STATIC_NAMES[i].equals(name)) {
                return i;
            }
        }
        return 0;
    }

    static int sizeOf(AsciiString name, AsciiString value) {
        return name.length() + value.length() + OVERHEAD;
    }

    /** The name of a field, or null where there is no field of this number. */
    @Nullable
    AsciiString name(int index) {
        return index > 0 && index < STATIC_NAMES.length ? STATIC_NAMES[index] : kept(names, index);
    }

    @Nullable
    AsciiString value(int index) {
        return index > 0 && index < STATIC_VALUES.length ? STATIC_VALUES[index] : kept(values, index);
    }

    private @Nullable AsciiString kept(@Nullable AsciiString[] of, int index) {
        int age = index - STATIC_NAMES.length;
        return age < 0 || age >= count ? null : of[(newest - age) & (of.length - 1)];
    }

    /** Keeps copies of both; older fields give way. A field larger than the table empties it. */
    void add(AsciiString name, AsciiString value) {
        int more = sizeOf(name, value);
        shrinkTo(limit - more);
        if (more > limit) {
            return;
        }
        if (count == names.length) {
            grow();
        }
        newest = (newest + 1) & (names.length - 1);
        names[newest] = copy(name);
        values[newest] = copy(value);
        count++;
        size += more;
    }

    private static AsciiString copy(AsciiString text) {
        return new AsciiString(text.array(), text.arrayOffset(), text.length(), true);
    }

    /** The client uses no more than this; returns whether it may. */
    boolean limit(int bytes) {
        if (bytes > MOST) {
            return false;
        }
        limit = bytes;
        shrinkTo(bytes);
        return true;
    }

    private void shrinkTo(int bytes) {
        while (count > 0 && size > bytes) {
            int oldest = (newest - count + 1) & (names.length - 1);
            AsciiString name = names[oldest];
            AsciiString value = values[oldest];
            if (name != null && value != null) {
                size -= sizeOf(name, value);
            }
            names[oldest] = null;
            values[oldest] = null;
            count--;
        }
    }

    private void grow() {
        int length = names.length;
        int oldest = (newest - count + 1) & (length - 1);
        names = turned(names, oldest);
        values = turned(values, oldest);
        newest = length - 1;
    }

    private static @Nullable AsciiString[] turned(@Nullable AsciiString[] full, int oldest) {
        @Nullable AsciiString[] larger = Arrays.copyOfRange(full, oldest, oldest + full.length * 2);
        System.arraycopy(full, 0, larger, full.length - oldest, oldest);
        return larger;
    }
}
