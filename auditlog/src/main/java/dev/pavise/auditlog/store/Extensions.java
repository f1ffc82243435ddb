package dev.pavise.auditlog.store;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.ExtensionProof;
import dev.pavise.auditlog.codec.MerkleProof;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.SideFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Makes proofs that a checkpoint extends an older tree, from the folder's leaf hashes. Those are not believed: a proof that does not
 * lead to the checkpoint's root is none.
 */
final class Extensions {
    private final AuditFolder folder;

    Extensions(AuditFolder folder) {
        this.folder = folder;
    }

    /** The proof; empty where the leaf hashes do not give it. */
    Optional<List<byte[]>> proof(MerkleTree from, Checkpoint to) throws IOException {
        if (from.size() == 0) {
            return Optional.of(List.of());
        }
        if (from.size() > to.size()) {
            return Optional.empty();
        }
        List<byte[]> path = from.size() == to.size() ? List.of() : path(from, to.size());
        boolean leads = MerkleProof.consistent(from.size(), from.root(), to.size(), to.root(), path);
        return leads ? Optional.of(path) : Optional.empty();
    }

    private List<byte[]> path(MerkleTree from, long size) throws IOException {
        try (SideFile leaves = open()) {
            return ExtensionProof.of(from, size, leaves);
        }
    }

    /** The tree over the first records, from their leaf hashes; a proof from it shows whether they were the right ones. */
    MerkleTree beginning(long size) throws IOException {
        MerkleTree tree = new MerkleTree();
        try (SideFile leaves = open()) {
            while (tree.size() < size) {
                tree.add(leaves.hash(tree.size()));
            }
        }
        return tree;
    }

    private SideFile open() throws IOException {
        return SideFile.open(folder.leaves(), MerkleTree.HASH)
                .orElseThrow(() -> new IOException("there are no leaf hashes in " + folder.dir()));
    }
}
