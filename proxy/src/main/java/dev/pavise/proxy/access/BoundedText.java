package dev.pavise.proxy.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/** Text in the store, with a bound: a damaged length asks for no more memory than a record may have. The library's own type would believe it. */
final class BoundedText extends BasicDataType<String> {
    static final BoundedText TYPE = new BoundedText();

    private static final int MAX_BYTES = 256 * 1024;

    private BoundedText() {}

    @Override
    public int getMemory(String text) {
        return 24 + 2 * text.length();
    }

    @Override
    public void write(WriteBuffer buffer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a record of " + bytes.length + " bytes is too long");
        }
        buffer.putVarInt(bytes.length).put(bytes);
    }

    @Override
    public String read(ByteBuffer buffer) {
        int length = DataUtils.readVarInt(buffer);
        if (length < 0 || length > MAX_BYTES || length > buffer.remaining()) {
            throw new IllegalStateException("a record claims " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public int compare(String one, String other) {
        return one.compareTo(other);
    }

    @Override
    public String[] createStorage(int size) {
        return new String[size];
    }
}
