package dev.pavise.proxy.http;

import java.util.Arrays;

/**
 * Decodes the Huffman code of HPACK (RFC 7541, B), which is canonical: the lengths of the codes tell the codes. A table tells what the next bits
 * stand for where the code is short, as those of letters and digits are; longer ones are found by their length.
 */
final class HpackHuffman {
    /** Length of the code of each octet and of the end of string, from A for 5 bits to Z for 30. */
    private static final String LENGTHS =
            "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHFIBCCCCCCCCCCCCCCCCCCCC"
                    + "CCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIXPRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRT"
                    + "QRSSQQRQSRSSPRRRSRRSVVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWVZ";

    private static final int END_OF_STRING = 256;
    private static final int SHORT = 9;
    private static final int LONGEST = 30;
    private static final int LENGTH_BITS = 5;

    /** By the next bits: octet and length of a short code, or 0. */
    private static final short[] BY_BITS = new short[1 << SHORT];

    /** By length: the first code, how many there are, and where their octets begin in {@link #BY_CODE}. */
    private static final int[] FIRST = new int[LONGEST + 1];

    private static final int[] COUNT = new int[LONGEST + 1];
    private static final int[] BEGIN = new int[LONGEST + 1];
    private static final short[] BY_CODE = new short[END_OF_STRING + 1];

    static {
        int code = 0;
        int filled = 0;
        for (int length = 5; length <= LONGEST; length++) {
            FIRST[length] = code;
            BEGIN[length] = filled;
            for (int symbol = 0; symbol <= END_OF_STRING; symbol++) {
                if (LENGTHS.charAt(symbol) - 'A' + 5 == length) {
                    BY_CODE[filled++] = (short) symbol;
                    if (length <= SHORT) {
                        int from = code << (SHORT - length);
                        Arrays.fill(BY_BITS, from, from + (1 << (SHORT - length)), (short)
                                ((symbol << LENGTH_BITS) | length));
                    }
                    code++;
                }
            }
            COUNT[length] = filled - BEGIN[length];
            code <<= 1;
        }
    }

    private HpackHuffman() {}

    /** The most octets that so many encoded ones may stand for. */
    static int most(int encoded) {
        return encoded * 8 / 5;
    }

    /** Decodes; returns where the octets end in {@code into}, or -1 where the code is wrong or its padding is. */
    static int decode(byte[] from, int at, int end, byte[] into, int to) {
        long bits = 0;
        int held = 0;
        int next = at;
        int filled = to;
        while (true) {
            while (held <= 56 && next < end) {
                bits = (bits << 8) | (from[next++] & 0xff);
                held += 8;
            }
            int found = held >= SHORT ? BY_BITS[(int) (bits >>> (held - SHORT)) & ((1 << SHORT) - 1)] : 0;
            if (found == 0) {
                found = find(bits, held);
                if (found < 0) {
                    return isPadding(bits, held) ? filled : -1;
                }
            }
            into[filled++] = (byte) (found >> LENGTH_BITS);
            held -= found & ((1 << LENGTH_BITS) - 1);
        }
    }

    /** Octet and length of the code that comes next, or -1 where there is none. */
    private static int find(long bits, int held) {
        for (int length = 5; length <= Math.min(held, LONGEST); length++) {
            int code = (int) (bits >>> (held - length)) & ((1 << length) - 1);
            int at = code - FIRST[length];
            if (at >= 0 && at < COUNT[length]) {
                int symbol = BY_CODE[BEGIN[length] + at];
                return symbol == END_OF_STRING ? -1 : (symbol << LENGTH_BITS) | length;
            }
        }
        return -1;
    }

    /** What is left behind the last octet: fewer than eight bits, of the end of string's code. */
    private static boolean isPadding(long bits, int held) {
        long most = (1L << held) - 1;
        return held < 8 && (bits & most) == most;
    }
}
