package dev.pavise.runner.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.egress.ConnectParser.Progress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectParserTest {
    private static final String GOOD = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Progress look(String text) {
        return ConnectParser.look(bytes(text), text.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                GOOD,
                "CONNECT a.example:443 HTTP/1.0\r\n\r\n",
                "CONNECT a.example:443 HTTP/1.1\r\nhost:A.Example:443\r\nUser-Agent: x\ty\r\nContent-Length: 0\r\n\r\n",
                "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\t\r\nProxy-Authorization: Basic eDp5\r\n\r\n"
            })
    void takesWhatClientsSend(String text) {
        assertEquals(new Progress.Connect("a.example:443", text.length()), look(text));
    }

    @Test
    void leavesWhatComesBehindTheHead() {
        assertEquals(new Progress.Connect("a.example:443", GOOD.length()), look(GOOD + "\u0016\u0003\u0001\n\u0000"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET http://a.example/ HTTP/1.1~Host: a.example~~         | 405
            POST http://a.example/ HTTP/1.1~Host: a.example~~        | 405
            connect a.example:443 HTTP/1.1~Host: a.example~~         | 405
            CONNECT a.example:443 HTTP/2.0~Host: a.example~~         | 400
            CONNECT a.example:443 HTTP/1.1 ~Host: a.example~~        | 400
            CONNECT  a.example:443 HTTP/1.1~Host: a.example~~        | 400
            CONNECT a.example:443~Host: a.example~~                  | 400
            CONNECT a.example:443 HTTP/1.1~~                         | 400
            CONNECT a.example:443 HTTP/1.1~Host: b.example:443~~     | 400
            CONNECT a.example:443 HTTP/1.1~Host: a.example:80~~      | 400
            CONNECT a.example:443 HTTP/1.1~Host:~~                   | 400
            CONNECT a.example:443 HTTP/1.0~Host: b.example~~         | 400
            CONNECT a.example:443 HTTP/1.1~Host: a.example~Host: a.example~~ | 400
            CONNECT a.example:443 HTTP/1.1~Host : a.example~~        | 400
            CONNECT a.example:443 HTTP/1.1~Host: a.example~ X: b~~   | 400
            CONNECT a.example:443 HTTP/1.1~Host: a.example~X~~       | 400
            CONNECT a.example:443 HTTP/1.1~Host: a.example~: b~~     | 400
            CONNECT a.example:443 HTTP/1.1~Host: a.example~Content-Length: 5~~ | 400
            CONNECT a.example:443 HTTP/1.1~Host: a.example~Transfer-Encoding: chunked~~ | 400
            ~CONNECT a.example:443 HTTP/1.1~Host: a.example~~        | 400
            CONNECT a.example:443 HTTP/1.1^Host: a.example^^         | 400
            CONNECT a.example:443 HTTP/1.1~Host: a.example^~         | 400
            CONNECT a.example:443 HTTP/1.1~X: a%b~Host: a.example~~  | 400
            CONNECT a.example:443 HTTP/1.1~X: a\u0000b~              | 400
            CONNECT a.example:443 HTTP/1.1~X: \u00e9~                | 400
            """)
    void refuses(String text, int status) {
        String request = text.replace("~", "\r\n").replace("^", "\n").replace("%", "\r");
        Progress progress = look(request);
        assertEquals(
                status,
                assertInstanceOf(Progress.Bad.class, progress, progress::toString)
                        .denial()
                        .status());
    }

    @Test
    void isBounded() {
        String long8 = "CONNECT a.example:443 HTTP/1.1\r\nX: " + "x".repeat(ConnectParser.LONGEST);
        assertInstanceOf(Progress.More.class, ConnectParser.look(bytes(long8), ConnectParser.LONGEST - 1));
        assertEquals(
                431,
                assertInstanceOf(Progress.Bad.class, ConnectParser.look(bytes(long8), ConnectParser.LONGEST))
                        .denial()
                        .status());
        assertInstanceOf(
                Progress.Bad.class, look("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n" + "X: y\r\n".repeat(64) + "\r\n"));
    }

    /** However a request is cut, it is read as the same; and once it is bad it stays so. */
    @Test
    void dependsOnTheBytesAlone() {
        Random random = new Random(5);
        String letters = GOOD + "\r\n\r\n \t:\u0000\u007f\u00e9[]";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(random.nextInt(8) == 0 ? "" : GOOD);
            for (int change = random.nextInt(4); change > 0; change--) {
                int at = random.nextInt(text.length() + 1);
                if (random.nextBoolean() && at < text.length()) {
                    text.deleteCharAt(at);
                } else {
                    text.insert(at, letters.charAt(random.nextInt(letters.length())));
                }
            }
            byte[] bytes = bytes(text.toString());
            Progress whole = ConnectParser.look(bytes, bytes.length);
            for (int length = 0; length < bytes.length; length++) {
                Progress part = ConnectParser.look(bytes, length);
                assertTrue(part instanceof Progress.More || part.equals(whole), text::toString);
            }
            if (whole instanceof Progress.Connect(String target, int length)) {
                assertTrue(text.toString().startsWith("CONNECT " + target + " HTTP/1."), text::toString);
                assertTrue(text.substring(0, length).endsWith("\r\n\r\n"));
            }
        }
    }

    @Test
    void readsAnythingWithoutFailing() {
        Random random = new Random(6);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            ConnectParser.look(bytes, bytes.length);
        }
    }

    @Test
    void tellsWhyInWordsThatProgramsShow() {
        String answer = new String(
                Denial.refused(403, "http_request_denied", "evil.example:443 is not in the tool's manifest")
                        .answer(),
                StandardCharsets.US_ASCII);
        assertTrue(answer.startsWith("HTTP/1.1 403 evil.example:443 is not in the tool's manifest\r\n"), answer);
        assertTrue(answer.contains("\r\nProxy-Status: pavise-egress; error=http_request_denied;"), answer);
        assertTrue(answer.endsWith("\"status\":403}"), answer);
    }
}
