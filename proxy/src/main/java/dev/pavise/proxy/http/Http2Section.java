package dev.pavise.proxy.http;

import io.netty.handler.codec.EmptyHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one header section as they came, in order, on their way through Netty's codec to {@link Http2Fields}. It is used again for the next
 * section that its event loop reads: what is taken out of it lives no longer than that. It can be read by number, iterated, and asked for a name;
 * it cannot be changed from outside.
 */
public final class Http2Section extends EmptyHeaders<CharSequence, CharSequence, Http2Headers> implements Http2Headers {
    private static final int KEPT_BYTES = 64 * 1024;

    private AsciiString[] names = new AsciiString[32];
    private AsciiString[] values = new AsciiString[32];
    private int size;
    private byte[] encoded = new byte[1024];
    private byte[] text = new byte[1024];
    private int used;

    /** Forgets what was here; returns room for an encoded section. */
    byte[] begin(int length) {
        Arrays.fill(names, 0, size, AsciiString.EMPTY_STRING);
        Arrays.fill(values, 0, size, AsciiString.EMPTY_STRING);
        size = 0;
        used = 0;
        if (encoded.length < length || encoded.length > KEPT_BYTES) {
            encoded = new byte[Math.max(length, 1024)];
        }
        if (text.length > KEPT_BYTES) {
            text = new byte[1024];
        }
        return encoded;
    }

    void add(AsciiString name, AsciiString value) {
        if (size == names.length) {
            names = Arrays.copyOf(names, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        names[size] = name;
        values[size] = value;
        size++;
    }

    /** Decodes a range of the encoded section; null where it is no Huffman code. */
    @Nullable
    AsciiString huffman(int at, int end, RecentTexts recent) {
        int most = HpackHuffman.most(end - at);
        if (text.length - used < most) {
            text = new byte[Math.max(most, 1024)]; // what was decoded before keeps the old one
            used = 0;
        }
        int start = used;
        int filled = HpackHuffman.decode(encoded, at, end, text, start);
        used = Math.max(filled, start);
        return filled < 0 ? null : recent.of(text, start, filled - start);
    }

    AsciiString plain(int at, int end, RecentTexts recent) {
        return recent.of(encoded, at, end - at);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean isEmpty() {
        return size == 0;
    }

    AsciiString name(int index) {
        return names[index];
    }

    AsciiString value(int index) {
        return values[index];
    }

    @Override
    public @Nullable CharSequence get(CharSequence name) {
        for (int i = 0; i < size; i++) {
            if (names[i].contentEquals(name)) {
                return values[i];
            }
        }
        return null;
    }

    @Override
    public List<CharSequence> getAll(CharSequence name) {
        if (get(name) == null) {
            return List.of();
        }
        List<CharSequence> all = new ArrayList<>(1);
        for (int i = 0; i < size; i++) {
            if (names[i].contentEquals(name)) {
                all.add(values[i]);
            }
        }
        return all;
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
        List<Map.Entry<CharSequence, CharSequence>> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            all.add(new AbstractMap.SimpleImmutableEntry<>(names[i], values[i]));
        }
        return all.iterator();
    }

    @Override
    public Iterator<CharSequence> valueIterator(CharSequence name) {
        return getAll(name).iterator();
    }

    @Override
    public boolean contains(CharSequence name, CharSequence value, boolean caseInsensitive) {
        return getAll(name).stream().anyMatch(each -> AsciiString.contentEquals(each, value));
    }

    /** The codec writes a content-length as it understood it; here it stays as it came, to be judged as that. */
    @Override
    public Http2Headers setLong(CharSequence name, long value) {
        return this;
    }

    @Override
    public @Nullable CharSequence method() {
        return get(PseudoHeaderName.METHOD.value());
    }

    @Override
    public @Nullable CharSequence scheme() {
        return get(PseudoHeaderName.SCHEME.value());
    }

    @Override
    public @Nullable CharSequence authority() {
        return get(PseudoHeaderName.AUTHORITY.value());
    }

    @Override
    public @Nullable CharSequence path() {
        return get(PseudoHeaderName.PATH.value());
    }

    @Override
    public @Nullable CharSequence status() {
        return get(PseudoHeaderName.STATUS.value());
    }

    @Override
    public Http2Headers method(CharSequence value) {
        throw readOnly();
    }

    @Override
    public Http2Headers scheme(CharSequence value) {
        throw readOnly();
    }

    @Override
    public Http2Headers authority(CharSequence value) {
        throw readOnly();
    }

    @Override
    public Http2Headers path(CharSequence value) {
        throw readOnly();
    }

    @Override
    public Http2Headers status(CharSequence value) {
        throw readOnly();
    }

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("read only");
    }
}
