package dev.pavise.policy.tool;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Measures the bytes of a tool as they pass by: digest, size, and what kind their beginning says that they are. */
public final class ContentMeter {
    private static final byte[] WASM_MODULE = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
    private static final byte[] SCRIPT = {'#', '!'};

    private final MessageDigest digest;
    private final byte[] head = new byte[WASM_MODULE.length];
    private long size;

    public ContentMeter() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }

    /** Takes the next bytes. */
    public void update(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
        if (size < head.length) {
            int at = (int) size;
            System.arraycopy(bytes, offset, head, at, Math.min(length, head.length - at));
        }
        size += length;
    }

    /** What was measured; the meter begins anew. */
    public MeasuredContent finish() {
        MeasuredContent measured = new MeasuredContent(HexFormat.of().formatHex(digest.digest()), size, kind());
        size = 0;
        return measured;
    }

    private @Nullable ToolKind kind() {
        if (begins(WASM_MODULE)) {
            return ToolKind.WASM;
        }
        return begins(ELF) || begins(SCRIPT) ? ToolKind.NATIVE : null;
    }

    private boolean begins(byte[] mark) {
        return size >= mark.length && Arrays.equals(head, 0, mark.length, mark, 0, mark.length);
    }
}
