package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one message, in order, names in lower case. Kept as the bytes {@code name: value CR LF} one behind the other with a table
 * of where each begins, so that a block can be filled, searched, copied to an HTTP/1.1 connection and used again without an object for
 * each field.
 *
 * <p>Bytes are not judged here: whoever fills a block from them (a parser) has checked them. Text made by the gateway is: a character
 * that may not stand in a field becomes a question mark, so that no name of a certificate or a token can begin a line of its own. Not
 * thread-safe. Views handed out by {@link #name(int)} and {@link #value(int)} live until the block is changed.
 */
public final class HeaderBlock {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int SPAN = 3; // start of the name, length of the name, length of the value

    private byte[] bytes = new byte[512];
    private int used;
    private int[] spans = new int[16 * SPAN];
    private @Nullable HeaderName[] known = new HeaderName[16];
    private int size;

    /** How many fields there are; a name that occurs twice counts twice. */
    public int size() {
        return size;
    }

    public void clear() {
        used = 0;
        size = 0;
    }

    /** Adds a field whose name is known. */
    public void add(HeaderName name, CharSequence value) {
        AsciiString text = name.text();
        int start = open(text.length(), value.length());
        System.arraycopy(text.array(), text.arrayOffset(), bytes, start, text.length());
        putValue(start + text.length(), value);
        close(name, start, text.length(), value.length());
    }

    /** Adds a field; the name is put into lower case. */
    public void add(CharSequence name, CharSequence value) {
        int start = open(name.length(), value.length());
        for (int i = 0; i < name.length(); i++) {
            bytes[start + i] = Octets.lower(Octets.tokenOrMark(name.charAt(i)));
        }
        putValue(start + name.length(), value);
        close(HeaderName.of(bytes, start, name.length()), start, name.length(), value.length());
    }

    /** Adds a field from two ranges of {@code source}; the name is put into lower case. */
    public void add(byte[] source, int nameOffset, int nameLength, int valueOffset, int valueLength) {
        int start = open(nameLength, valueLength);
        for (int i = 0; i < nameLength; i++) {
            bytes[start + i] = Octets.lower(source[nameOffset + i]);
        }
        System.arraycopy(source, valueOffset, bytes, start + nameLength + 2, valueLength);
        close(HeaderName.of(bytes, start, nameLength), start, nameLength, valueLength);
    }

    /** Adds field {@code index} of another block. */
    public void addFrom(HeaderBlock other, int index) {
        int nameLength = other.spans[index * SPAN + 1];
        int valueLength = other.spans[index * SPAN + 2];
        int start = open(nameLength, valueLength);
        System.arraycopy(other.bytes, other.spans[index * SPAN], bytes, start, nameLength + valueLength + 4);
        close(other.known[index], start, nameLength, valueLength);
    }

    /** Puts one field in place of all of that name. */
    public void set(HeaderName name, CharSequence value) {
        removeAll(name);
        add(name, value);
    }

    public void removeAll(HeaderName name) {
        for (int i = size - 1; i >= 0; i--) {
            if (known[i] == name) {
                remove(i);
            }
        }
    }

    public void remove(int index) {
        int behind = size - index - 1;
        System.arraycopy(spans, (index + 1) * SPAN, spans, index * SPAN, behind * SPAN);
        System.arraycopy(known, index + 1, known, index, behind);
        size--;
    }

    /** The known name of field {@code index}, or null where the gateway has no interest in it. */
    public @Nullable HeaderName known(int index) {
        return known[index];
    }

    /** Index of the first field of this name at or behind {@code from}, or -1. */
    public int indexOf(HeaderName name, int from) {
        for (int i = from; i < size; i++) {
            if (known[i] == name) {
                return i;
            }
        }
        return -1;
    }

    public boolean contains(HeaderName name) {
        return indexOf(name, 0) >= 0;
    }

    public int count(HeaderName name) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (known[i] == name) {
                count++;
            }
        }
        return count;
    }

    /** Value of the first field of this name, or null. */
    public @Nullable String first(HeaderName name) {
        int index = indexOf(name, 0);
        return index < 0 ? null : valueText(index);
    }

    public AsciiString name(int index) {
        return new AsciiString(bytes, spans[index * SPAN], spans[index * SPAN + 1], false);
    }

    public AsciiString value(int index) {
        return new AsciiString(bytes, valueStart(index), spans[index * SPAN + 2], false);
    }

    public String nameText(int index) {
        return new String(bytes, spans[index * SPAN], spans[index * SPAN + 1], StandardCharsets.ISO_8859_1);
    }

    public String valueText(int index) {
        return new String(bytes, valueStart(index), spans[index * SPAN + 2], StandardCharsets.ISO_8859_1);
    }

    int nameLength(int index) {
        return spans[index * SPAN + 1];
    }

    byte nameByte(int index, int at) {
        return bytes[spans[index * SPAN] + at];
    }

    /** Whether the value is this text, letters of either case taken as equal; {@code lowerCase} has none in upper case. */
    boolean valueIs(int index, AsciiString lowerCase) {
        int length = spans[index * SPAN + 2];
        if (length != lowerCase.length()) {
            return false;
        }
        int start = valueStart(index);
        for (int i = 0; i < length; i++) {
            if (Octets.lower(bytes[start + i]) != lowerCase.byteAt(i)) {
                return false;
            }
        }
        return true;
    }

    public int valueLength(int index) {
        return spans[index * SPAN + 2];
    }

    /** Byte {@code at} of the value of field {@code index}. */
    public byte valueByte(int index, int at) {
        return bytes[valueStart(index) + at];
    }

    /** Whether the value is these bytes, told without an early exit, as it may be a credential. */
    public boolean valueEquals(int index, byte[] expected) {
        if (spans[index * SPAN + 2] != expected.length) {
            return false;
        }
        int start = valueStart(index);
        long difference = 0;
        int at = 0;
        for (; at <= expected.length - Long.BYTES; at += Long.BYTES) {
            difference |= (long) WORD.get(bytes, start + at) ^ (long) WORD.get(expected, at);
        }
        for (; at < expected.length; at++) {
            difference |= bytes[start + at] ^ expected[at];
        }
        return difference == 0;
    }

    /** Writes all fields as HTTP/1.1 field lines, without the empty line behind them. */
    public void writeTo(ByteBuf out) {
        int start = 0;
        int end = 0;
        for (int i = 0; i < size; i++) {
            if (spans[i * SPAN]
                    != end) { // what was removed leaves a gap; what stands side by side goes out in one piece
                out.writeBytes(bytes, start, end - start);
                start = spans[i * SPAN];
            }
            end = spans[i * SPAN] + spans[i * SPAN + 1] + spans[i * SPAN + 2] + 4;
        }
        out.writeBytes(bytes, start, end - start);
    }

    /**
     * Names and values by turns, over a copy of the bytes, so that the block may be used again.
     *
     * @param skips tells the known names that are left out
     */
    AsciiString[] toPairs(Predicate<HeaderName> skips) {
        byte[] copy = Arrays.copyOf(bytes, used);
        AsciiString[] pairs = new AsciiString[size * 2];
        int count = 0;
        for (int i = 0; i < size; i++) {
            HeaderName name = known[i];
            if (name != null && skips.test(name)) {
                continue;
            }
            int start = spans[i * SPAN];
            int length = spans[i * SPAN + 1];
            pairs[count++] = name != null ? name.text() : new AsciiString(copy, start, length, false);
            pairs[count++] = new AsciiString(copy, start + length + 2, spans[i * SPAN + 2], false);
        }
        return count == pairs.length ? pairs : Arrays.copyOf(pairs, count);
    }

    /** Copies the name of field {@code index}; returns where it ends. */
    int copyName(int index, byte[] into, int at) {
        int length = spans[index * SPAN + 1];
        System.arraycopy(bytes, spans[index * SPAN], into, at, length);
        return at + length;
    }

    /** Copies the value of field {@code index}; returns where it ends. */
    int copyValue(int index, byte[] into, int at) {
        int length = spans[index * SPAN + 2];
        System.arraycopy(bytes, valueStart(index), into, at, length);
        return at + length;
    }

    /** Bytes that {@link #writeTo} would write. */
    public int encodedLength() {
        int length = 0;
        for (int i = 0; i < size; i++) {
            length += spans[i * SPAN + 1] + spans[i * SPAN + 2] + 4;
        }
        return length;
    }

    /** Whether the block's room is worth keeping for another message. */
    public boolean isSmall() {
        return bytes.length <= 16 * 1024;
    }

    /** The same fields in a block of their own. */
    public HeaderBlock copy() {
        HeaderBlock copy = new HeaderBlock();
        for (int i = 0; i < size; i++) {
            copy.addFrom(this, i);
        }
        return copy;
    }

    private int valueStart(int index) {
        return spans[index * SPAN] + spans[index * SPAN + 1] + 2;
    }

    private int open(int nameLength, int valueLength) {
        int needed = used + nameLength + valueLength + 4;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
        if (size == known.length) {
            known = Arrays.copyOf(known, size * 2);
            spans = Arrays.copyOf(spans, size * 2 * SPAN);
        }
        return used;
    }

    private void putValue(int separator, CharSequence value) {
        int start = separator + 2;
        if (value instanceof AsciiString text) {
            System.arraycopy(text.array(), text.arrayOffset(), bytes, start, text.length());
            return;
        }
        String text = value.toString();
        for (int i = 0; i < text.length(); i++) {
            bytes[start + i] = Octets.fieldValueOrMark(text.charAt(i));
        }
    }

    private void close(@Nullable HeaderName name, int start, int nameLength, int valueLength) {
        bytes[start + nameLength] = ':';
        bytes[start + nameLength + 1] = ' ';
        int end = start + nameLength + 2 + valueLength;
        bytes[end] = '\r';
        bytes[end + 1] = '\n';
        used = end + 2;
        spans[size * SPAN] = start;
        spans[size * SPAN + 1] = nameLength;
        spans[size * SPAN + 2] = valueLength;
        known[size] = name;
        size++;
    }

    /** Names only: values may be credentials. */
    @Override
    public String toString() {
        StringBuilder names = new StringBuilder("[");
        for (int i = 0; i < size; i++) {
            names.append(i == 0 ? "" : ", ").append(nameText(i));
        }
        return names.append(']').toString();
    }
}
