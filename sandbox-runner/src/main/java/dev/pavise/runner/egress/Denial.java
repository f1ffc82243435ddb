package dev.pavise.runner.egress;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.runner.run.Connection.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Why a connection does not come about, and how the tool is told.
 *
 * @param outcome {@link Outcome#REFUSED} or {@link Outcome#FAILED}
 * @param error a proxy error type of RFC 9209, section 2.3
 * @param reason printable ASCII without quotation marks and backslashes; stands in a header and in the status line, where most programs
 *     show it to people
 */
record Denial(Outcome outcome, int status, String error, String reason) {
    Denial {
        if (!reason.chars().allMatch(c -> c >= ' ' && c < 0x7F && c != '"' && c != '\\')) {
            throw new IllegalArgumentException("a reason goes into a header");
        }
    }

    static Denial refused(int status, String error, String reason) {
        return new Denial(Outcome.REFUSED, status, error, reason);
    }

    static Denial failed(int status, String error, String reason) {
        return new Denial(Outcome.FAILED, status, error, reason);
    }

    /** A request that is not of its form. */
    static Denial malformed(String reason) {
        return refused(400, "http_request_error", reason);
    }

    /** The answer, whole. */
    byte[] answer() {
        byte[] body = CanonicalJson.bytes(Map.of("status", (long) status, "code", error, "detail", reason));
        String head = "HTTP/1.1 " + status + " " + reason + "\r\n"
                + "Proxy-Status: pavise-egress; error=" + error + "; details=\"" + reason + "\"\r\n"
                + (status == 405 ? "Allow: CONNECT\r\n" : "")
                + "Content-Type: application/problem+json\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[start.length + body.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }
}
