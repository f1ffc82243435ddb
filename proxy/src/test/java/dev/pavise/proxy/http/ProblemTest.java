package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ProblemTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void saysWhatWasRefusedAndWhy() {
        byte[] body = Problem.body(new Refusal(RefusalCode.NO_ROUTE, "no route matches GET /a"), "0190-1");
        assertEquals(
                "{\"type\":\"https://pavise.dev/refusals#no_route\",\"title\":\"no route matches\",\"status\":404,"
                        + "\"detail\":\"no route matches GET /a\",\"code\":\"no_route\",\"request_id\":\"0190-1\"}\n",
                new String(body, StandardCharsets.UTF_8));
    }

    @Test
    void isJsonWhateverTheDetailHolds() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
        List<RefusalCode> codes = List.of(RefusalCode.values());
        for (int round = 0; round < 5_000; round++) {
            StringBuilder detail = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                detail.append((char) (random.nextBoolean() ? random.nextInt(128) : 0xd700 + random.nextInt(0x1000)));
            }
            RefusalCode code = codes.get(random.nextInt(codes.size()));
            JsonNode read = JSON.readTree(Problem.body(new Refusal(code, detail.toString()), "\"}\r\n"));
            // Encoding and decoding puts a question mark where half a pair stands, as the body puts its own mark.
            String whole = new String(detail.toString().getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
            assertEquals(whole, read.get("detail").asString());
            assertEquals(code.status(), read.get("status").asInt());
            assertEquals(code.code(), read.get("code").asString());
            assertEquals("\"}\r\n", read.get("request_id").asString());
        }
    }
}
