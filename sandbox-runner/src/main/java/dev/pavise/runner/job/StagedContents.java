package dev.pavise.runner.job;

import dev.pavise.policy.tool.Contents;
import dev.pavise.policy.tool.MeasuredContent;
import dev.pavise.runner.content.Content;
import dev.pavise.runner.content.ContentStore;
import dev.pavise.runner.content.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The content of one run: measured anew for it, and kept from being cleared away until this is closed. For one thread at a time. */
final class StagedContents implements Contents, AutoCloseable {
    private final ContentStore store;
    private @Nullable Content content;

    StagedContents(ContentStore store) {
        this.store = store;
    }

    @Override
    public Optional<MeasuredContent> measure(String sha256) {
        close();
        content = store.use(new Digest(sha256)).orElse(null);
        if (content == null) {
            return Optional.empty();
        }
        try {
            MeasuredContent measured = content.measure();
            if (!measured.sha256().equals(sha256)) {
                content.spoilt();
            }
            return Optional.of(measured);
        } catch (IOException e) {
            throw new UncheckedIOException("content " + sha256 + " cannot be read", e);
        }
    }

    /** What was measured. */
    Content content() {
        if (content == null) {
            throw new IllegalStateException("no content was measured");
        }
        return content;
    }

    @Override
    public void close() {
        if (content != null) {
            content.close();
        }
    }
}
