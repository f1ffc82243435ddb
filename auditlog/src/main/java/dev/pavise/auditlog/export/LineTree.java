package dev.pavise.auditlog.export;

import dev.pavise.auditlog.codec.RecordBody;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * A line as a tree of maps, lists, texts, numbers and truths. Strict (RFC 8259): one object and nothing behind it, each name
 * once, valid UTF-8, no line ends between tokens; bounded in length, depth and the digits of a number.
 */
final class LineTree {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_DIGITS = 400;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(RecordBody.MAX_LINE)
                    .maxNameLength(RecordBody.MAX_LINE)
                    .maxNumberLength(MAX_DIGITS)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .characterEscapes(new ControlEscapes())
            .build();

    private LineTree() {}

    /** Refuses what {@link #read} would refuse. */
    static void check(byte[] line) throws UnfitLineException {
        bounded(line);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
            begin(parser);
            parser.skipChildren();
            end(parser);
        } catch (JacksonException e) {
            throw unfit(e);
        }
    }

    static Map<String, Object> read(byte[] line) throws UnfitLineException {
        bounded(line);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
            begin(parser);
            Map<String, Object> object = object(parser);
            end(parser);
            return object;
        } catch (JacksonException e) {
            throw unfit(e);
        }
    }

    private static void bounded(byte[] line) throws UnfitLineException {
        if (line.length > RecordBody.MAX_LINE) {
            throw new UnfitLineException("longer than " + RecordBody.MAX_LINE + " bytes");
        }
        if (line.length == 0 || line[0] != '{') {
            throw new UnfitLineException("not a JSON object");
        }
        for (byte each : line) {
            if (each >= 0 && each < ' ') {
                throw new UnfitLineException("a control character stands in it");
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
        } catch (CharacterCodingException e) {
            throw new UnfitLineException("not UTF-8");
        }
    }

    private static void begin(JsonParser parser) throws UnfitLineException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new UnfitLineException("not a JSON object");
        }
    }

    private static void end(JsonParser parser) throws UnfitLineException {
        if (parser.nextToken() != null) {
            throw new UnfitLineException("something stands behind the object");
        }
    }

    private static UnfitLineException unfit(JacksonException e) {
        int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
        return new UnfitLineException("not JSON as the log writes it, near byte " + column);
    }

    private static Map<String, Object> object(JsonParser parser) throws UnfitLineException {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, value(parser));
        }
        return object;
    }

    private static List<Object> array(JsonParser parser) throws UnfitLineException {
        List<Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }

    private static Object value(JsonParser parser) throws UnfitLineException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> whole(parser);
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_NULL -> Nothing.NULL;
            default -> throw new UnfitLineException("a value of no known kind");
        };
    }

    private static Object whole(JsonParser parser) {
        BigInteger number = parser.getBigIntegerValue();
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    /** The JSON null, where it stands in a line. */
    enum Nothing {
        NULL
    }

    /** Writes a tree as JSON on one line. */
    static byte[] write(Map<String, Object> tree) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            write(json, tree);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, @Nullable Object value) {
        switch (value) {
            case Map<?, ?> object -> {
                json.writeStartObject();
                object.forEach((name, each) -> {
                    json.writeName(String.valueOf(name));
                    write(json, each);
                });
                json.writeEndObject();
            }
            case List<?> array -> {
                json.writeStartArray();
                array.forEach(each -> write(json, each));
                json.writeEndArray();
            }
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case BigInteger number -> json.writeNumber(number);
            case BigDecimal number -> json.writeNumber(number);
            case Boolean truth -> json.writeBoolean(truth);
            case null -> json.writeNull();
            case Nothing _ -> json.writeNull();
            default -> json.writeString(value.toString());
        }
    }
}
