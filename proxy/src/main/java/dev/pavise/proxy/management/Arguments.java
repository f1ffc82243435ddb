package dev.pavise.proxy.management;

import dev.pavise.policy.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The members of a JSON object that somebody sent. What is not of the type that is asked for, stands there twice, is {@code null} or
 * is not known is refused with its name, so that nothing that was meant is passed over.
 */
final class Arguments {
    private static final int MOST_TEXTS = 1000;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode object;

    private Arguments(JsonNode object) {
        this.object = object;
    }

    /** Reads a body, where nothing counts as an object without members. */
    static Arguments of(byte[] body, String... known) {
        JsonNode read;
        try {
            read = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
        } catch (JacksonException malformed) {
            throw new BadArgumentException(
                    String.valueOf(malformed.getOriginalMessage()).startsWith("Duplicate")
                            ? "the body names a member twice"
                            : "the body is not well-formed JSON");
        }
        if (!read.isObject()) {
            throw new BadArgumentException("the body is not a JSON object");
        }
        for (String name : read.propertyNames()) {
            if (!Set.of(known).contains(name)) {
                throw new BadArgumentException("member `" + Quoted.of(name) + "` is not known here"
                        + (known.length == 0 ? "" : ", use " + String.join(", ", new TreeSet<>(Set.of(known)))));
            }
        }
        return new Arguments(read);
    }

    boolean has(String name) {
        return object.has(name);
    }

    String text(String name) {
        String found = optionalText(name);
        if (found == null) {
            throw new BadArgumentException("member `" + name + "` is missing");
        }
        return found;
    }

    /** A whole number, written as one: neither a text nor a fraction, whatever its value. */
    int integer(String name, int least, int most) {
        JsonNode value = object.get(name);
        if (value == null) {
            throw new BadArgumentException("member `" + name + "` is missing");
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            throw new BadArgumentException("member `" + name + "` is not a whole number from " + least + " to " + most);
        }
        return value.intValue();
    }

    @Nullable
    String optionalText(String name) {
        JsonNode value = object.get(name);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw new BadArgumentException("member `" + name + "` is not a text");
        }
        return value.stringValue();
    }

    /** An object, whose members are the caller's to read. */
    @Nullable
    JsonNode optionalObject(String name) {
        JsonNode value = object.get(name);
        if (value != null && !value.isObject()) {
            throw new BadArgumentException("member `" + name + "` is not an object");
        }
        return value;
    }

    /** A list of texts, which may be empty. */
    List<String> texts(String name) {
        JsonNode value = object.get(name);
        if (value == null) {
            throw new BadArgumentException("member `" + name + "` is missing");
        }
        if (!value.isArray() || value.size() > MOST_TEXTS) {
            throw new BadArgumentException("member `" + name + "` is not a list of at most " + MOST_TEXTS + " texts");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : value) {
            if (!each.isString()) {
                throw new BadArgumentException("member `" + name + "` holds something that is not a text");
            }
            texts.add(each.stringValue());
        }
        return texts;
    }
}
