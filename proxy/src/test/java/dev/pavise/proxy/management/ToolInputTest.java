package dev.pavise.proxy.management;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pavise.policy.tool.ToolRefusal;
import dev.pavise.proxy.tool.RunInput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ToolInputTest {
    private static final String WHOLE =
            "{\"args\":[\"a\",\"\"],\"stdin\":\"in\",\"env\":{\"K\":\"v\"},\"timeout_s\":7}";

    private static RunInput read(String json) {
        return ToolInput.of(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsEachMember() {
        assertEquals(new RunInput(List.of("a", ""), "in", null, Map.of("K", "v"), 7), read(WHOLE));
        assertEquals("aW4=", read("{\"stdin_base64\":\"aW4=\"}").stdinBase64());
    }

    @Test
    void mayBeLeftOut() {
        for (RunInput empty : List.of(ToolInput.of(new byte[0]), read("{}"))) {
            assertEquals(List.of(), empty.args());
            assertEquals(Map.of(), empty.env());
            assertNull(empty.stdin());
            assertNull(empty.timeoutSeconds());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "nonsense",
                "{\"args\":\"a\"}",
                "{\"args\":[1]}",
                "{\"args\":[null]}",
                "{\"args\":null}",
                "{\"args\":[\"a\\u0000b\"]}",
                "{\"args\":[],\"args\":[]}",
                "{\"stdin\":1}",
                "{\"stdin\":null}",
                "{\"stdin\":\"a\",\"stdin_base64\":\"YQ==\"}",
                "{\"env\":[]}",
                "{\"env\":{\"A\":1}}",
                "{\"env\":{\"A\\u0000\":\"x\"}}",
                "{\"timeout_s\":0}",
                "{\"timeout_s\":-1}",
                "{\"timeout_s\":1.5}",
                "{\"timeout_s\":\"7\"}",
                "{\"timeout_s\":86401}",
                "{\"timeout_s\":99999999999999999999}",
                "{\"manifest\":{}}"
            })
    void refuses(String json) {
        assertThrows(BadArgumentException.class, () -> read(json));
    }

    @Test
    void readsAnythingOrRefusesIt() {
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = WHOLE.getBytes(StandardCharsets.UTF_8);
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                ToolInput.of(bytes);
            } catch (BadArgumentException refused) {
                // the only other way out
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyRefusalOfATool(ToolRefusal refusal) {
        assertEquals(refusal.code(), ToolRefusals.code(refusal).code());
        ToolRefusals.step(refusal);
    }
}
