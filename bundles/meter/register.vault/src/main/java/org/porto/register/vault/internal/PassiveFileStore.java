// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.ZipOutputStream;
import org.h2.mvstore.Chunk;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;

/**
 * A file of MVStore's that does nothing by itself: no saving, no housekeeping, no shrinking, no clean-up at the end. All of these would
 * write outside every window (rule V5).
 *
 * @param <C> MVStore's own kind of chunk, which has no name outside of it
 */
abstract class PassiveFileStore<C extends Chunk<C>> extends FileStore<C> {

    private final Function<String, C> chunks;

    /** @param chunks makes them: only MVStore's own stores can */
    PassiveFileStore(Map<String, Object> config, Function<String, C> chunks) {
        super(config);
        this.chunks = chunks;
    }

    @Override
    protected C createChunk(int id) {
        return chunks.apply("chunk:" + Integer.toHexString(id));
    }

    @Override
    public C createChunk(String text) {
        return chunks.apply(text);
    }

    @Override
    protected C createChunk(Map<String, String> map) {
        return chunks.apply(DataUtils.appendMap(new StringBuilder(), new HashMap<>(map)).toString());
    }

    /** It never saves on its own. */
    @Override
    public boolean shouldSaveNow(int unsavedMemory, int autoCommitMemory) {
        return false;
    }

    @Override
    protected boolean validateFileLength(String message) {
        return true;
    }

    @Override
    protected void markUsed(long pos, int length) {
        throw new UnsupportedOperationException("space is taken with the chain");
    }

    @Override
    public void open(String fileName, boolean readOnly, char[] encryptionKey) {
        throw new UnsupportedOperationException("the vault opens the file");
    }

    @Override
    public FileStore<C> open(String fileName, boolean readOnly) {
        throw new UnsupportedOperationException("the vault opens the file");
    }

    @Override
    protected void writeCleanShutdownMark() {
        // Every opening finds its way by the anchors.
    }

    @Override
    protected void adjustStoreToLastChunk() {
        throw new UnsupportedOperationException("opening follows the chain itself");
    }

    @Override
    protected void compactStore(int thresholdFillRate, long maxCompactTime, int maxWriteSize, MVStore mvStore) {
        // Space comes back as records leave.
    }

    @Override
    protected void doHousekeeping(MVStore mvStore) {
        // Nothing is written outside a window.
    }

    @Override
    public int getFillRate() {
        return 100;
    }

    @Override
    protected void shrinkStoreIfPossible(int minPercent) {
        // A file that shrinks would only have to grow again.
    }

    @Override
    public void backup(ZipOutputStream target) {
        throw new UnsupportedOperationException("the journal and the archive are the copies");
    }
}
