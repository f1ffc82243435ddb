package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.SideFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder's leaf hashes, believed only if they give the root of the newest checkpoint. Then they say of each record what was
 * signed, so that the very one that was changed can be named.
 */
final class LeafHashes implements Closeable {
    private final @Nullable SideFile file;
    private final boolean trusted;

    private LeafHashes(@Nullable SideFile file, boolean trusted) {
        this.file = file;
        this.trusted = trusted;
    }

    static LeafHashes open(AuditFolder folder, Notes notes, Base base, Findings findings) throws IOException {
        Optional<SideFile> file = SideFile.open(folder.leaves(), MerkleTree.HASH);
        if (file.isEmpty()) {
            return new LeafHashes(null, false);
        }
        try {
            Findings roots = new Findings();
            boolean trusted = file.get().count() >= notes.signed() && rootsHold(file.get(), notes, base, roots);
            if (trusted) {
                roots.ordered().forEach(findings::add);
            }
            return new LeafHashes(file.get(), trusted);
        } catch (IOException | RuntimeException e) {
            file.get().close();
            throw e;
        }
    }

    /** Whether the newest root holds; older ones that do not are found wanting, as the log was then replaced. */
    private static boolean rootsHold(SideFile file, Notes notes, Base base, Findings roots) throws IOException {
        MerkleTree tree = base.tree();
        boolean newest = true;
        for (Map.Entry<Long, Checkpoint> entry : base.checkable(notes).entrySet()) {
            while (tree.size() < entry.getKey()) {
                tree.add(file.entry(tree.size()));
            }
            newest = entry.getValue().hasRoot(tree.root());
            if (!newest) {
                roots.add(new Finding(
                        Finding.Kind.CHANGED_AMONG,
                        Math.max(0, entry.getKey() - 1),
                        "",
                        "a checkpoint of " + entry.getKey() + " records belongs to another history of this log"));
            }
        }
        return newest;
    }

    /** Whether these are the leaves that were signed. */
    boolean trusted() {
        return trusted;
    }

    byte[] of(long seq) throws IOException {
        SideFile leaves = file;
        return leaves == null ? new byte[MerkleTree.HASH] : leaves.entry(seq);
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
