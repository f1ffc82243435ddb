package dev.pavise.auditlog.export;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one record, to be given places in another form. What is taken is gone from here; what is left at the end had no
 * place, and is kept as it is. So nothing of a record can be forgotten.
 */
final class RecordParts {
    private static final String METADATA = "metadata";

    private final Map<String, Object> fields;
    private final Map<String, Object> metadata;

    private RecordParts(Map<String, Object> fields) {
        this.fields = fields;
        this.metadata = new LinkedHashMap<>();
        if (fields.get(METADATA) instanceof Map<?, ?> inner && !inner.isEmpty()) {
            inner.forEach((name, value) -> metadata.put(String.valueOf(name), value));
            fields.remove(METADATA);
        }
    }

    static RecordParts of(byte[] line) throws UnfitLineException {
        return new RecordParts(LineTree.read(line));
    }

    /** A text at the top of the record, which stays. */
    @Nullable
    String text(String name) {
        return fields.get(name) instanceof String text ? text : null;
    }

    /** A text at the top of the record, if it is there. */
    @Nullable
    String take(String name) {
        String text = text(name);
        if (text != null) {
            fields.remove(name);
        }
        return text;
    }

    @Nullable
    Long takeNumber(String name) {
        if (fields.get(name) instanceof Long number) {
            fields.remove(name);
            return number;
        }
        return null;
    }

    /** When it was stored; the text stays. */
    Instant timestamp() throws UnfitLineException {
        return moment(text("timestamp")).orElseThrow(() -> new UnfitLineException("its timestamp is no moment"));
    }

    @Nullable
    String metadataText(String name) {
        return metadata.get(name) instanceof String text ? text : null;
    }

    @Nullable
    Long metadataNumber(String name) {
        return metadata.get(name) instanceof Long number ? number : null;
    }

    /** A moment of the metadata, which stays. */
    Optional<Instant> metadataMoment(String name) {
        return moment(metadataText(name));
    }

    void dropMetadata(String name) {
        metadata.remove(name);
    }

    /** What found no place. */
    Map<String, Object> left() {
        Map<String, Object> left = new LinkedHashMap<>(fields);
        if (!metadata.isEmpty()) {
            left.put(METADATA, metadata);
        }
        return left;
    }

    private static Optional<Instant> moment(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
