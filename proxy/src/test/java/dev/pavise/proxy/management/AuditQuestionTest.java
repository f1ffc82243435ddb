package dev.pavise.proxy.management;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuditQuestionTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'nonsense':'a'}              | nonsense
            {'actor':['a']}               | actor
            {'actor':null}                | actor
            {'limit':0}                   | limit
            {'limit':1.5}                 | limit
            {'limit':'many'}              | limit
            {'order':'up'}                | order
            {'cursor':'7'}                | cursor
            {'from':'noon'}               | from
            {'count':'perhaps'}           | count
            {'count':true,'limit':5}      | limit
            {'histogram':'an hour'}       | histogram
            {'histogram':'1h','order':'asc'} | order
            {'histogram':'1h','cursor':'s7'} | cursor
            {'actor':'a','actor':'b'}     | body
            {'actor':'a'} {}              | body
            []                            | body
            {                             | body
            """)
    void refusesSuchBodies(String body, String named) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        BadArgumentException refused = assertThrows(BadArgumentException.class, () -> AuditQuestion.ofBody(bytes));
        assertTrue(String.valueOf(refused.getMessage()).contains(named), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense=1",
                "limit=-1",
                "actor=a&actor=b",
                "actor=%zz",
                "order=sideways",
                "histogram=1",
                "count",
                "&"
            })
    void refusesSuchUrls(String query) {
        assertThrows(BadArgumentException.class, () -> AuditQuestion.ofQuery(query));
    }

    @Test
    void readsBothAlike() {
        AuditQuestion ofUrl = AuditQuestion.ofQuery("actor=alice&histogram=1h&count=true&from=2026-01-01T00:00:00Z");
        assertEquals(Duration.ofHours(1), ofUrl.bucket());
        assertTrue(ofUrl.count());
        AuditQuestion ofBody =
                AuditQuestion.ofBody("{\"limit\":70000,\"cursor\":\"s12\"}".getBytes(StandardCharsets.UTF_8));
        assertEquals(70_000L, ofBody.limit());
    }
}
