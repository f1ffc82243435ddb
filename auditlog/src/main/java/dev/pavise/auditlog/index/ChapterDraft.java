package dev.pavise.auditlog.index;

import dev.pavise.auditlog.behind.Pace;
import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects what the index of a chapter says, record by record in their order. Its memory is bounded whatever the records hold. Used by one thread. */
final class ChapterDraft {
    private static final byte[] INTENT = "intent".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OUTCOME = "outcome".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNKNOWN = "unknown".getBytes(StandardCharsets.US_ASCII);
    private static final IndexedField[] FIELDS = IndexedField.values();

    private final FieldDraft[] fields = new FieldDraft[FIELDS.length];
    private final RecordLine line = new RecordLine();
    private final SecureRandom random = new SecureRandom();
    private final long[] places = new long[Groups.COUNT];
    private final Groups doubtful = new Groups();
    private final Groups open = new Groups();
    /** For each request without an outcome so far, by its number among the values, the group of its last intent and one; 0 for none. */
    private final int[] openIntents = new int[1 << Chapter.HEIGHT];

    private final Moments earliest = new Moments();
    private final Moments latest = new Moments();
    private long taken;
    private long number;

    ChapterDraft(SipHash hash) {
        for (IndexedField field : FIELDS) {
            fields[field.place()] = new FieldDraft(hash, field.ordered());
        }
    }

    /** Begins a chapter. */
    void begin(long chapter) {
        number = chapter;
        for (FieldDraft field : fields) {
            field.clear();
        }
        Arrays.fill(places, 0);
        doubtful.clear();
        open.clear();
        Arrays.fill(openIntents, 0);
        earliest.clear();
        latest.clear();
        taken = 0;
    }

    /** Takes a record that is not as its leaf hash says, or not there: its group is always looked at. */
    void doubt() {
        doubtful.add((int) (taken / Groups.RECORDS));
        taken++;
    }

    void take(byte[] buffer, int offset, int length, long location) {
        int group = (int) (taken / Groups.RECORDS);
        if (places[group] == 0) {
            places[group] = location;
        }
        taken++;
        if (!line.read(buffer, offset, length)) {
            doubtful.add(group);
            return;
        }
        timestamp(group / Chapter.SPAN);
        for (IndexedField field : FIELDS) {
            int from = line.from(field.field());
            int value = from < 0 ? -1 : fields[field.place()].add(group, buffer, from, line.to(field.field()));
            if (field == IndexedField.REQUEST_ID) {
                follow(group, value);
            }
        }
    }

    private void timestamp(int span) {
        int from = Math.max(0, line.from(Field.TIMESTAMP));
        int length = Math.max(0, line.to(Field.TIMESTAMP) - from);
        if (length >= Chapter.MOMENT) {
            // No timestamp of ours, and not to be compared by its beginning.
            doubtful.add((int) ((taken - 1) / Groups.RECORDS));
            return;
        }
        if (!earliest.has(span) || earliest.compare(span, line.buffer(), from, length) > 0) {
            earliest.set(span, line.buffer(), from, length);
        }
        if (!latest.has(span) || latest.compare(span, line.buffer(), from, length) < 0) {
            latest.set(span, line.buffer(), from, length);
        }
    }

    /** Remembers where an outcome is missing: intents until theirs comes, and whatever else is of unknown outcome. */
    private void follow(int group, int request) {
        if (line.is(Field.PHASE, INTENT)) {
            if (request < 0 || openIntents[request] != 0) {
                open.add(request < 0 ? group : openIntents[request] - 1);
            }
            if (request >= 0) {
                openIntents[request] = group + 1;
            }
        } else if (request >= 0 && line.is(Field.PHASE, OUTCOME)) {
            openIntents[request] = 0;
            unknown(group);
        } else {
            unknown(group);
        }
    }

    private void unknown(int group) {
        if (line.is(Field.OUTCOME, UNKNOWN)) {
            open.add(group);
        }
    }

    /**
     * What the file says, without its MACs.
     *
     * @param root of the tree of the records that were taken
     */
    byte[] content(byte[] root, Pace pace) throws IOException {
        for (int request = 0; request < fields[IndexedField.REQUEST_ID.place()].values(); request++) {
            if (openIntents[request] != 0) {
                open.add(openIntents[request] - 1);
            }
        }
        List<byte[]> sections = sections(pace);
        long length =
                Pages.HELD + sections.stream().mapToLong(each -> each.length).sum();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.toIntExact(length));
        DataOutputStream out = new DataOutputStream(bytes);
        byte[] id = new byte[Pages.ID];
        random.nextBytes(id);
        out.write(Chapter.MAGIC);
        out.writeLong(number);
        out.write(id);
        out.writeLong(length);
        out.write(root);
        write(doubtful, out);
        write(open, out);
        for (int span = 0; span < Chapter.SPANS; span++) {
            out.write(earliest.padded(span));
            out.write(latest.padded(span));
        }
        int start = Pages.HELD;
        for (byte[] section : sections) {
            out.writeInt(start);
            out.writeInt(section.length);
            start += section.length;
        }
        out.write(new byte[Pages.HELD - bytes.size()]);
        for (byte[] section : sections) {
            out.write(section);
            pace.breathe();
        }
        return bytes.toByteArray();
    }

    private List<byte[]> sections(Pace pace) throws IOException {
        List<byte[]> sections = new ArrayList<>();
        ByteBuffer starts = ByteBuffer.allocate(Groups.COUNT * Long.BYTES);
        for (int group = 0; group < Groups.COUNT; group++) {
            // Of a doubtful group the first record may be one that was not there, so its place is found anew.
            starts.putLong(doubtful.has(group) ? 0 : places[group]);
        }
        sections.add(starts.array());
        for (IndexedField field : FIELDS) {
            FieldDraft draft = fields[field.place()];
            boolean exact = false;
            byte[] dictionary = {};
            if (field.ordered()) {
                DictionaryWriter.Written written = DictionaryWriter.write(draft, pace);
                dictionary = written.bytes();
                exact = written.isExact();
            }
            sections.add(dictionary);
            sections.add(exact ? new byte[0] : Fingerprints.write(draft, pace));
        }
        return sections;
    }

    private static void write(Groups groups, DataOutputStream out) throws IOException {
        for (int i = 0; i < Groups.WORDS; i++) {
            out.writeLong(groups.word(i));
        }
    }
}
