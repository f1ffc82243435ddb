package dev.pavise.proxy.http;

/** What the grammars of HTTP (RFC 9110, 5.6) and URIs (RFC 3986) let stand where: one table, one look-up for each byte. */
final class Octets {
    private static final byte TOKEN = 1;
    private static final byte FIELD_VALUE = 2;
    private static final byte PATH = 4;
    private static final byte QUERY = 8;
    private static final byte UNRESERVED = 16;
    private static final byte[] CLASSES = classes();
    private static final byte[] HEX_VALUES = hexValues();

    private Octets() {}

    /** A character of a method or a field name. */
    static boolean isToken(byte octet) {
        return (CLASSES[octet & 0xff] & TOKEN) != 0;
    }

    /** Visible, space, tab, or obs-text; everything else in a field value could end it. */
    static boolean isFieldValue(byte octet) {
        return (CLASSES[octet & 0xff] & FIELD_VALUE) != 0;
    }

    /** May stand unescaped in a path: pchar and slash, but not the semicolon, behind which some servers read parameters. */
    static boolean isPath(byte octet) {
        return (CLASSES[octet & 0xff] & PATH) != 0;
    }

    static boolean isQuery(byte octet) {
        return (CLASSES[octet & 0xff] & QUERY) != 0;
    }

    static boolean isUnreserved(byte octet) {
        return (CLASSES[octet & 0xff] & UNRESERVED) != 0;
    }

    static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    /** From 0 to 15, or -1. */
    static int hexValue(byte octet) {
        return HEX_VALUES[octet & 0xff];
    }

    static byte lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? (byte) (letter + 32) : letter;
    }

    static byte tokenOrMark(char letter) {
        return letter < 128 && isToken((byte) letter) ? (byte) letter : (byte) '-';
    }

    static byte fieldValueOrMark(char letter) {
        return letter < 256 && isFieldValue((byte) letter) ? (byte) letter : (byte) '?';
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (char letter = '0'; letter <= 'z'; letter++) {
            if (Character.isLetterOrDigit(letter)) {
                classes[letter] |= TOKEN | PATH | QUERY | UNRESERVED;
            }
        }
        mark(classes, "!#$%&'*+-.^_`|~", TOKEN);
        mark(classes, "-._~", (byte) (PATH | QUERY | UNRESERVED));
        mark(classes, "!$&'()*+,=:@/", (byte) (PATH | QUERY));
        mark(classes, "?;", QUERY);
        for (int octet = ' '; octet < 256; octet++) {
            classes[octet] |= octet == 0x7f ? 0 : FIELD_VALUE;
        }
        classes['\t'] |= FIELD_VALUE;
        return classes;
    }

    private static void mark(byte[] classes, String letters, byte mark) {
        for (int i = 0; i < letters.length(); i++) {
            classes[letters.charAt(i)] |= mark;
        }
    }

    private static byte[] hexValues() {
        byte[] values = new byte[256];
        for (int octet = 0; octet < 256; octet++) {
            values[octet] = octet < 128 ? (byte) Character.digit(octet, 16) : -1;
        }
        return values;
    }
}
