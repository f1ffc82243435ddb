package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads field lines up to the empty line behind them (RFC 9112, 5), for heads and trailers. What RFC 9112 lets a recipient repair (folded
 * lines, bare line feeds, space before the colon) is refused: whoever repairs reads another message than whoever does not.
 */
final class FieldLines {
    private static final Refusal TOO_LARGE = new Refusal(
            RefusalCode.HEADERS_TOO_LARGE, "the header fields are larger than this server accepts; send fewer bytes");
    private static final Refusal TOO_MANY = new Refusal(
            RefusalCode.HEADERS_TOO_LARGE, "there are more header fields than this server accepts; send fewer");
    private static final Refusal BARE_LINE_FEED =
            malformed("a field line ends with a bare line feed; end it with CR LF");
    private static final Refusal FOLDED = malformed("a field line begins with a space; folded lines are not accepted");
    private static final Refusal NO_NAME = malformed("a field line has no name before its colon");
    private static final Refusal BAD_NAME =
            malformed("a field name holds a character that it may not, or a space before its colon");
    private static final Refusal BAD_VALUE = malformed("a field value holds a control character");

    private final Lines lines;
    private final HeadLimits limits;
    private HeaderBlock into = new HeaderBlock();
    private int allowance;
    private @Nullable Refusal refusal;

    FieldLines(Lines lines, HeadLimits limits) {
        this.lines = lines;
        this.limits = limits;
    }

    /** Begins a section, whose fields go into this block. */
    void begin(HeaderBlock block) {
        into = block;
        into.clear();
        allowance = limits.headerBytes();
    }

    Progress read(ByteBuf in) {
        while (true) {
            int length = lines.next(in, allowance);
            if (length <= 0) {
                return length == 0 ? Progress.DONE : withoutLine(length);
            }
            allowance = Math.max(0, allowance - length - 2);
            Refusal wrong = takeField(lines.bytes(), length);
            if (wrong != null) {
                return refuse(wrong);
            }
        }
    }

    Refusal refusal() {
        return Objects.requireNonNull(refusal, "nothing was refused");
    }

    private Progress withoutLine(int reason) {
        return switch (reason) {
            case Lines.UNFINISHED -> Progress.MORE;
            case Lines.TOO_LONG -> refuse(TOO_LARGE);
            default -> refuse(BARE_LINE_FEED);
        };
    }

    private @Nullable Refusal takeField(byte[] line, int length) {
        int colon = 0;
        while (colon < length && Octets.isToken(line[colon])) {
            colon++;
        }
        if (colon == length || line[colon] != ':' || colon == 0) {
            return badName(line, colon);
        }
        if (into.size() == limits.headerCount()) {
            return TOO_MANY;
        }
        int start = colon + 1;
        int end = length;
        while (start < end && Octets.isBlank(line[start])) {
            start++;
        }
        while (end > start && Octets.isBlank(line[end - 1])) {
            end--;
        }
        for (int i = start; i < end; i++) {
            if (!Octets.isFieldValue(line[i])) {
                return BAD_VALUE;
            }
        }
        into.add(line, 0, colon, start, end - start);
        return null;
    }

    private static Refusal badName(byte[] line, int at) {
        if (at == 0 && Octets.isBlank(line[0])) {
            return FOLDED;
        }
        return at == 0 && line[0] == ':' ? NO_NAME : BAD_NAME;
    }

    private Progress refuse(Refusal reason) {
        refusal = reason;
        return Progress.REFUSED;
    }

    private static Refusal malformed(String detail) {
        return new Refusal(RefusalCode.MALFORMED_REQUEST, detail);
    }
}
