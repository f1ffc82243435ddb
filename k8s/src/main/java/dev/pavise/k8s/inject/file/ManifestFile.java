package dev.pavise.k8s.inject.file;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A file of manifests, cut into documents as kubectl cuts it: at lines that are nothing but {@code ---}. */
final class ManifestFile {
    private static final Pattern SEPARATOR = Pattern.compile("---[ \\t]*(#.*)?\\r?");

    /** One document: its text as it stands in the file, and what it says. A null tree stands for one that says nothing. */
    record Document(String text, @Nullable ObjectNode tree) {}

    private ManifestFile() {}

    static List<Document> read(String file) throws BadManifestException {
        List<Document> documents = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int firstLine = 1;
        int line = 0;
        for (String each : (file.startsWith("\uFEFF") ? file.substring(1) : file).split("\n", -1)) {
            line++;
            if (SEPARATOR.matcher(each).matches()) {
                documents.add(document(text.toString(), firstLine));
                text.setLength(0);
                firstLine = line + 1;
            } else {
                text.append(each).append('\n');
            }
        }
        // Behind the last end of line stands nothing, which is no line.
        text.setLength(text.length() - (text.isEmpty() ? 0 : 1));
        documents.add(document(text.toString(), firstLine));
        return documents;
    }

    private static Document document(String text, int firstLine) throws BadManifestException {
        JsonNode tree = ManifestReader.read(text, firstLine);
        if (tree != null && !(tree instanceof ObjectNode)) {
            throw new BadManifestException("line " + firstLine + ": a manifest is a mapping with apiVersion and kind");
        }
        return new Document(text, (ObjectNode) tree);
    }
}
