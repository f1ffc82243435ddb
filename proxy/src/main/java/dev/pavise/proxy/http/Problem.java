package dev.pavise.proxy.http;

import java.nio.charset.StandardCharsets;

/**
 * A refusal as the body of an answer: {@code application/problem+json} (RFC 9457). Whatever stands in the detail, the body is one JSON
 * object in ASCII. The members beyond the standard's are {@code code} and {@code request_id}, and where a rule decided {@code rule},
 * {@code needed} and {@code missing}.
 */
public final class Problem {
    public static final String CONTENT_TYPE = "application/problem+json";

    private static final String TYPE = "https://pavise.dev/refusals#";

    private Problem() {}

    /** The body, in UTF-8. */
    public static byte[] body(Refusal refusal, String requestId) {
        RefusalCode code = refusal.code();
        StringBuilder json = new StringBuilder(320);
        json.append("{\"type\":");
        text(json, TYPE + code.code());
        json.append(",\"title\":");
        text(json, code.title());
        json.append(",\"status\":").append(code.status()).append(",\"detail\":");
        text(json, refusal.detail());
        json.append(",\"code\":");
        text(json, code.code());
        json.append(",\"request_id\":");
        text(json, requestId);
        Refusal.Wanting wanting = refusal.wanting();
        if (wanting != null) {
            json.append(",\"rule\":");
            text(json, wanting.rule());
            json.append(",\"needed\":");
            text(json, wanting.permission());
            json.append(",\"missing\":");
            text(json, wanting.missing());
        }
        return json.append("}\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void text(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '"' || letter == '\\') {
                json.append('\\').append(letter);
            } else if (letter >= ' ' && letter < 0x7f) {
                json.append(letter);
            } else {
                unicode(json, isLoneSurrogate(text, i) ? '\ufffd' : letter);
            }
        }
        json.append('"');
    }

    private static void unicode(StringBuilder json, char letter) {
        json.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            json.append(Character.forDigit(letter >> shift & 0xf, 16));
        }
    }

    private static boolean isLoneSurrogate(String text, int at) {
        char letter = text.charAt(at);
        if (Character.isHighSurrogate(letter)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(letter) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
