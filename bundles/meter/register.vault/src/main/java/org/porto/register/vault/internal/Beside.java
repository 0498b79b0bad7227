// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/** Work of the vault that another thread may do meanwhile. Whoever needs it does it himself when nobody has begun. */
final class Beside {

    /** What it does; never a write. */
    interface Act {
        void run() throws StoreException;
    }

    private final FutureTask<Void> task;

    Beside(Executor others, Act act) {
        task = new FutureTask<>(() -> {
            act.run();
            return null;
        });
        others.execute(task);
    }

    /** Done by now, or not at all. */
    void join() throws StoreException {
        task.run();
        try {
            await();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException failed) {
                throw failed;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Whatever becomes of it, nobody is at it any more. */
    void end() {
        task.run();
        try {
            await();
        } catch (ExecutionException e) {
            return; // not wanted any more
        }
    }

    private void await() throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
