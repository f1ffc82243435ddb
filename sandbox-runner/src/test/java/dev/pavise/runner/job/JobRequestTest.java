package dev.pavise.runner.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobRequestTest {
    private static final String WHOLE = """
            {"manifest": {"b": 1, "a": "x"}, "request_id": "r-1", "principal": "jwt:corp:alice",
             "input": {"args": ["a", ""], "stdin_base64": "/w==", "env": {"K": "v"}, "timeout_s": 7}}""";

    private static JobRequest read(String json) throws JobRequest.Malformed {
        return JobRequest.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsAllOfIt() throws Exception {
        JobRequest request = read(WHOLE);
        assertEquals("{\"a\":\"x\",\"b\":1}", request.manifest().text());
        assertEquals(List.of("a", ""), request.args());
        assertEquals(Bytes.of(new byte[] {-1}), request.stdin());
        assertEquals(Map.of("K", "v"), request.env());
        assertEquals(Duration.ofSeconds(7), request.timeout());
        assertEquals("r-1", request.requestId());
        assertEquals("jwt:corp:alice", request.principal());
        assertEquals("JobRequest[r-1]", request.toString(), "it prints nothing that a tool is given");
    }

    @Test
    void needsNoInput() throws Exception {
        JobRequest request = read("{\"manifest\":{},\"request_id\":\"a\",\"principal\":\"b\"}");
        assertEquals(List.of(), request.args());
        assertEquals(Bytes.EMPTY, request.stdin());
        assertEquals(null, request.timeout());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {                                                                                     | the JSON that it should be
            {"manifest":{},"manifest":{},"request_id":"a","principal":"b"}                        | a member for the second time
            {"manifest":{},"request_id":"a","principal":"b","more":1}                             | is not known
            {"manifest":"x","request_id":"a","principal":"b"}                                     | `manifest` is missing
            {"manifest":{},"principal":"b"}                                                       | `request_id` is missing
            {"manifest":{},"request_id":"a b","principal":"b"}                                    | `request_id` is missing
            {"manifest":{},"request_id":"a","principal":""}                                       | `principal` is missing
            {"manifest":{},"request_id":"a","principal":"b","input":[]}                           | `input` is no object
            {"manifest":{},"request_id":"a","principal":"b","input":{"arg":[]}}                   | `input` has a member that is not known
            {"manifest":{},"request_id":"a","principal":"b","input":{"args":"a"}}                 | `input.args` is no list
            {"manifest":{},"request_id":"a","principal":"b","input":{"args":[1]}}                 | `input.args` holds
            {"manifest":{},"request_id":"a","principal":"b","input":{"args":["\\u0000"]}}         | `input.args` holds
            {"manifest":{},"request_id":"a","principal":"b","input":{"env":{"A":1}}}              | `input.env` holds
            {"manifest":{},"request_id":"a","principal":"b","input":{"stdin":1}}                  | `input.stdin` is no text
            {"manifest":{},"request_id":"a","principal":"b","input":{"stdin":"","stdin_base64":""}} | has both
            {"manifest":{},"request_id":"a","principal":"b","input":{"stdin_base64":"*"}}         | is not in Base64
            {"manifest":{},"request_id":"a","principal":"b","input":{"timeout_s":0}}              | `input.timeout_s`
            {"manifest":{},"request_id":"a","principal":"b","input":{"timeout_s":1.5}}            | `input.timeout_s`
            {"manifest":{},"request_id":"a","principal":"b","secrets":[]}                         | `secrets` is no object
            {"manifest":{},"request_id":"a","principal":"b","secrets":{"a":1}}                    | `secrets` holds
            {"manifest":{},"request_id":"a","principal":"b","secrets":{"a":"*"}}                  | is not in Base64
            {"manifest":{},"request_id":"a","principal":"b","secrets":{"../a":"YQ=="}}            | a name that is none
            {"manifest":{},"request_id":"a","principal":"b","input":{"secrets":{"a":"YQ=="}}}     | `input` has a member that is not known
            {"manifest":{"a":1e999},"request_id":"a","principal":"b"}                             | `manifest` holds
            """)
    void refusesWhatIsNotOfItsForm(String json, String problem) {
        JobRequest.Malformed refused = assertThrows(JobRequest.Malformed.class, () -> read(json));
        assertTrue(refused.problem().contains(problem), refused.problem());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void refusesWhatIsNestedWithoutEnd(String deeper) {
        String json = "{\"manifest\":{\"a\":" + deeper.repeat(100_000);
        assertThrows(JobRequest.Malformed.class, () -> read(json));
    }

    @Test
    void readsSecretsOfBoundedNumberAndSizeAndShowsNone() throws Exception {
        String form = "{\"manifest\":{},\"request_id\":\"a\",\"principal\":\"b\",\"secrets\":{%s}}";
        JobRequest request = read(form.formatted("\"db\":\"aHVudGVyMg==\""));
        assertEquals(java.util.Set.of("db"), request.secrets().names());
        request.secrets().reveal((name, value) -> assertEquals("hunter2", value.text()));
        assertFalse(request.toString().contains("hunter2")
                || request.secrets().toString().contains("hunter2"));
        String many = java.util.stream.IntStream.range(0, 17)
                .mapToObj(i -> "\"s" + i + "\":\"YQ==\"")
                .collect(java.util.stream.Collectors.joining(","));
        assertTrue(assertThrows(JobRequest.Malformed.class, () -> read(form.formatted(many)))
                .problem()
                .contains("more than 16"));
        String most = java.util.Base64.getEncoder().encodeToString(new byte[64 * 1024]);
        read(form.formatted("\"s\":\"" + most + "\""));
        String longer = java.util.Base64.getEncoder().encodeToString(new byte[64 * 1024 + 1]);
        assertTrue(assertThrows(JobRequest.Malformed.class, () -> read(form.formatted("\"s\":\"" + longer + "\"")))
                .problem()
                .contains("longer than"));
    }

    @Test
    void readsAnythingWithoutFailing() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = WHOLE.getBytes(StandardCharsets.UTF_8);
            for (int j = random.nextInt(4); j >= 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                JobRequest.read(bytes);
            } catch (JobRequest.Malformed refused) {
                assertFalse(refused.problem().isEmpty());
            }
        }
    }
}
