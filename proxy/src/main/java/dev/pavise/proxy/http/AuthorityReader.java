package dev.pavise.proxy.http;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The grammar behind {@link Authority}. */
final class AuthorityReader {
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_ADDRESS = 45;
    private static final Authority BAD_HOST = bad("the host is neither a plain name nor an address literal");
    private static final Authority BAD_PORT = bad("the port behind the host is not a number from 1 to 65535");

    private AuthorityReader() {}

    static Authority read(byte[] source, int offset, int length) {
        int end = offset + length;
        int hostEnd = hostEnd(source, offset, end);
        String host = hostEnd < 0 ? null : host(source, offset, hostEnd);
        if (host == null) {
            return BAD_HOST;
        }
        if (hostEnd == end) {
            return new Authority.Named(host, Authority.Named.NO_PORT, host);
        }
        int port = port(source, hostEnd + 1, end);
        return port < 0 ? BAD_PORT : new Authority.Named(host, port, host + ":" + port);
    }

    /** The host of the range in its normal form, or null where it is none. */
    static @Nullable String host(byte[] source, int start, int end) {
        if (start == end) {
            return null;
        }
        if (source[start] == '[') {
            return source[end - 1] == ']' ? address(source, start + 1, end - 1) : null;
        }
        byte[] name = new byte[end - start];
        for (int i = start; i < end; i++) {
            name[i - start] = Octets.lower(source[i]);
        }
        return isName(name) ? new String(name, StandardCharsets.US_ASCII) : null;
    }

    /** Where the colon before the port or the end is; -1 for a bracket that does not close. */
    private static int hostEnd(byte[] source, int start, int end) {
        int at = start;
        if (start < end && source[start] == '[') {
            while (at < end && source[at] != ']') {
                at++;
            }
            at++;
            return at > end || (at < end && source[at] != ':') ? -1 : at;
        }
        while (at < end && source[at] != ':') {
            at++;
        }
        return at;
    }

    private static int port(byte[] source, int start, int end) {
        int digits = end - start;
        if (digits < 1 || digits > 5 || source[start] == '0') {
            return -1;
        }
        int port = 0;
        for (int i = start; i < end; i++) {
            if (!Octets.isDigit(source[i])) {
                return -1;
            }
            port = port * 10 + source[i] - '0';
        }
        return port <= 65535 ? port : -1;
    }

    private static boolean isName(byte[] name) {
        if (name.length > LONGEST_NAME) {
            return false;
        }
        int label = 0;
        for (int i = 0; i <= name.length; i++) {
            if (i < name.length && name[i] != '.') {
                if (!isLabelCharacter(name[i])) {
                    return false;
                }
                continue;
            }
            boolean fits = i > label && i - label <= LONGEST_LABEL && name[label] != '-' && name[i - 1] != '-';
            if (!fits) {
                return false;
            }
            if (i == name.length && looksNumeric(name, label)) {
                return NetUtil.isValidIpV4Address(new String(name, StandardCharsets.US_ASCII)) && !hasLeadingZero(name);
            }
            label = i + 1;
        }
        return true;
    }

    private static boolean isLabelCharacter(byte letter) {
        return (letter >= 'a' && letter <= 'z') || Octets.isDigit(letter) || letter == '-' || letter == '_';
    }

    /** Whether C libraries would take a name with this last label for an address: all digits, or hexadecimal behind 0x. */
    private static boolean looksNumeric(byte[] name, int label) {
        boolean hexadecimal = name.length - label >= 2 && name[label] == '0' && name[label + 1] == 'x';
        for (int i = hexadecimal ? label + 2 : label; i < name.length; i++) {
            if (hexadecimal ? Octets.hexValue(name[i]) < 0 : !Octets.isDigit(name[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasLeadingZero(byte[] address) {
        for (int i = 0; i + 1 < address.length; i++) {
            boolean first = i == 0 || address[i - 1] == '.';
            if (first && address[i] == '0' && address[i + 1] != '.') {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String address(byte[] source, int start, int end) {
        if (end - start > LONGEST_ADDRESS) {
            return null;
        }
        for (int i = start; i < end; i++) {
            if (Octets.hexValue(source[i]) < 0 && source[i] != ':' && source[i] != '.') {
                return null; // no zone, above all
            }
        }
        String text = new String(source, start, end - start, StandardCharsets.US_ASCII);
        byte[] bytes = NetUtil.isValidIpV6Address(text) ? NetUtil.createByteArrayFromIpAddressString(text) : null;
        if (bytes == null || bytes.length != 16) {
            return null;
        }
        try {
            InetAddress address = Inet6Address.getByAddress(null, bytes, -1);
            return "[" + NetUtil.toAddressString(address) + "]";
        } catch (UnknownHostException e) {
            throw new IllegalStateException("sixteen bytes are an address", e);
        }
    }

    private static Authority bad(String detail) {
        return new Authority.Bad(new Refusal(RefusalCode.AMBIGUOUS_HOST, detail));
    }
}
