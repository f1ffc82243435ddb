package dev.pavise.proxy.opa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Only a literal yes is one. */
final class AnswerReaderTest {
    private static Answer read(String body) {
        return AnswerReader.read(200, body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"result\":true}",
                " {\"result\" : true , \"decision_id\":\"x\", \"metrics\": {}}\n",
                "{\"result\":{\"allow\":true}}",
                "{\"result\":{\"allow\":true,\"reason\":\"as you like\"}}"
            })
    void takesALiteralYes(String body) {
        assertEquals(new Answer.Allowed(), read(body));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "{\"result\":false}, it said no",
                "`{\"result\":{\"allow\":false,\"reason\":\"not on a Sunday\"}}`, not on a Sunday",
                "`{\"result\":{\"allow\":false,\"reason\":\"a\\nb\"}}`, a?b",
                "`{\"result\":{\"allow\":false,\"reason\":[\"a\"]}}`, it said no",
                "{}, the decision is undefined",
                "{\"decision_id\":\"x\"}, the decision is undefined"
            })
    void takesNoAndUndefinedForNo(String body, String reason) {
        assertEquals(new Answer.Denied(reason), read(body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "true",
                "[]",
                "null",
                "{\"result\":null}",
                "{\"result\":\"true\"}",
                "{\"result\":1}",
                "{\"result\":[true]}",
                "{\"result\":{}}",
                "{\"result\":{\"allow\":\"true\"}}",
                "{\"result\":{\"allow\":1}}",
                "{\"result\":{\"allowed\":true}}",
                "{\"result\":TRUE}",
                "{\"result\":true",
                "{\"result\":true}}",
                "{\"result\":true} {\"result\":false}",
                "{\"result\":true,\"result\":true}",
                "{\"result\":{\"allow\":false,\"allow\":true}}",
                "{result:true}",
                "<html>no</html>"
            })
    void takesNothingElseForAnAnswer(String body) {
        assertInstanceOf(Answer.None.class, read(body));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 199, 201, 204, 206, 301, 302, 307, 400, 401, 403, 404, 500, 503})
    void takesOnlySuccessForAnAnswer(int status) {
        Answer answer = AnswerReader.read(status, "{\"result\":true}".getBytes(StandardCharsets.UTF_8));
        assertEquals(new Answer.None("it answered with status " + status), answer);
    }

    @Test
    void boundsTheReason() {
        String body = "{\"result\":{\"allow\":false,\"reason\":\"" + "x".repeat(10_000) + "\"}}";
        assertEquals(
                500, assertInstanceOf(Answer.Denied.class, read(body)).reason().length());
    }

    @Test
    void survivesAnyBytesAndNestings() {
        assertInstanceOf(Answer.None.class, read("[".repeat(30_000)));
        Random random = new Random(7);
        byte[] yes = "{\"result\":{\"allow\":true}}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 50_000; i++) {
            byte[] body = yes.clone();
            for (int changes = random.nextInt(3) + 1; changes > 0; changes--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            if (AnswerReader.read(200, body) instanceof Answer.Allowed) {
                String text = new String(body, StandardCharsets.ISO_8859_1);
                assertTrue(text.replace('\t', ' ').contains("true"), text);
            }
        }
    }
}
