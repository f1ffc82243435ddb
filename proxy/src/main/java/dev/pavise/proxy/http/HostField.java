package dev.pavise.proxy.http;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Host field of one request after the other: exactly one, and equal to the authority of an absolute target. The last one is
 * remembered, as a connection mostly names one host.
 */
final class HostField {
    private static final Refusal NOT_ONE =
            new Refusal(RefusalCode.AMBIGUOUS_HOST, "the request has no host field, or more than one; send one");
    private static final Refusal DIFFERS =
            new Refusal(RefusalCode.AMBIGUOUS_HOST, "the host field differs from the host in the request target");

    private byte[] lastValue = {};
    private Authority.@Nullable Named last;

    /**
     * Reads the host of a request and takes the field out, as {@link RequestHead#authority()} stands for it from then on.
     *
     * @param target authority of an absolute target, or null
     * @return why it is refused, or null
     */
    @Nullable
    Refusal take(HeaderBlock fields, Authority.@Nullable Named target) {
        int at = fields.indexOf(HeaderName.HOST, 0);
        if (at < 0 || fields.indexOf(HeaderName.HOST, at + 1) >= 0) {
            return NOT_ONE;
        }
        if (last == null || !fields.valueEquals(at, lastValue)) {
            byte[] value = fields.value(at).toByteArray();
            switch (Authority.parse(value, 0, value.length)) {
                case Authority.Bad bad -> {
                    return bad.refusal();
                }
                case Authority.Named named -> {
                    last = named;
                    lastValue = value;
                }
            }
        }
        fields.remove(at);
        return target == null || target.equals(last) ? null : DIFFERS;
    }

    Authority.Named authority() {
        return Objects.requireNonNull(last, "no host was read");
    }
}
