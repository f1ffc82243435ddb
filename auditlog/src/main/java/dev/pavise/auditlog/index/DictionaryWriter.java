package dev.pavise.auditlog.index;

import dev.pavise.auditlog.behind.Pace;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the values of one field, sorted, with the groups of each. Where the values would take too much room their beginnings
 * stand for them; what is found by those is more than what is asked for, and never less.
 *
 * <pre>
 * number of values, bytes at which they are cut (0: nowhere), ends of the values, ends of their groups: 4 bytes each
 * values
 * groups: for each value a list of 2 bytes each, or where that is longer a bitmap of 512 bytes
 * </pre>
 */
final class DictionaryWriter {
    /** The most bytes that the values of one field take in a chapter. */
    private static final int MOST = 208 * 1024;

    private static final int OF_EACH = 8;

    private final FieldDraft draft;
    private final Pace pace;
    private final Integer[] order;
    private final int[] places;
    private final short[] groups;

    private DictionaryWriter(FieldDraft draft, Pace pace) {
        this.draft = draft;
        this.pace = pace;
        this.order = draft.sorted(pace);
        this.places = new int[draft.values() + 1];
        this.groups = draft.groups(places);
    }

    /** A dictionary as it is written. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Written(byte[] bytes, boolean isExact) {}

    static Written write(FieldDraft draft, Pace pace) throws IOException {
        DictionaryWriter writer = new DictionaryWriter(draft, pace);
        int cut = writer.fittingCut();
        boolean exact = cut == FieldDraft.KEPT && !draft.isCut();
        return new Written(writer.bytes(cut, exact ? 0 : cut), exact);
    }

    /** The longest beginnings that fit. Of each length there are as many as neighbours that differ before it, and one. */
    private int fittingCut() {
        int[] differAt = new int[FieldDraft.KEPT + 1];
        for (int i = 1; i < order.length; i++) {
            differAt[draft.common(order[i - 1], order[i])]++;
            pace.step();
        }
        int fitting = 1;
        long beginnings = 1;
        for (int cut = 1; cut <= FieldDraft.KEPT; cut++) {
            beginnings += differAt[cut - 1];
            if (beginnings * (cut + OF_EACH) <= MOST) {
                fitting = cut;
            }
        }
        long whole = (long) draft.keptBytes() + (long) order.length * OF_EACH;
        return whole <= MOST ? FieldDraft.KEPT : fitting;
    }

    private boolean same(int one, int other, int cut) {
        return Arrays.equals(draft.kept(one, cut), draft.kept(other, cut));
    }

    private byte[] bytes(int cut, int told) throws IOException {
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        ByteArrayOutputStream lists = new ByteArrayOutputStream();
        List<int[]> ends = new ArrayList<>();
        Groups of = new Groups();
        for (int i = 0; i < order.length; ) {
            int first = order[i];
            of.clear();
            while (i < order.length && same(first, order[i], cut)) {
                collect(order[i++], of);
            }
            values.writeBytes(draft.kept(first, cut));
            write(of, lists);
            ends.add(new int[] {values.size(), lists.size()});
            pace.step();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(ends.size());
        out.writeInt(told);
        for (int which = 0; which < 2; which++) {
            for (int[] end : ends) {
                out.writeInt(end[which]);
            }
        }
        values.writeTo(out);
        lists.writeTo(out);
        return bytes.toByteArray();
    }

    private void collect(int value, Groups into) {
        for (int i = places[value]; i < places[value + 1]; i++) {
            into.add(groups[i]);
        }
    }

    private static void write(Groups groups, ByteArrayOutputStream to) throws IOException {
        DataOutputStream out = new DataOutputStream(to);
        if (groups.size() * Short.BYTES < Groups.COUNT / Byte.SIZE) {
            for (int group = groups.from(0); group < Groups.COUNT; group = groups.from(group + 1)) {
                out.writeShort(group);
            }
        } else {
            for (int i = 0; i < Groups.WORDS; i++) {
                out.writeLong(groups.word(i));
            }
        }
    }
}
