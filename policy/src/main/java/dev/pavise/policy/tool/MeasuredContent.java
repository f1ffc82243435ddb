package dev.pavise.policy.tool;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a {@link ContentMeter} found the bytes of a tool to be. Only it makes one, so that a digest is never hearsay. */
public final class MeasuredContent {
    private final String sha256;
    private final long size;
    private final @Nullable ToolKind kind;

    MeasuredContent(String sha256, long size, @Nullable ToolKind kind) {
        this.sha256 = sha256;
        this.size = size;
        this.kind = kind;
    }

    /** Of bytes that are all at hand. */
    public static MeasuredContent of(byte[] content) {
        ContentMeter meter = new ContentMeter();
        meter.update(content, 0, content.length);
        return meter.finish();
    }

    /** In lower-case hex. */
    public String sha256() {
        return sha256;
    }

    public long size() {
        return size;
    }

    /** What the first bytes say that it is; empty where no sandbox here runs such a thing. */
    public Optional<ToolKind> kind() {
        return Optional.ofNullable(kind);
    }
}
