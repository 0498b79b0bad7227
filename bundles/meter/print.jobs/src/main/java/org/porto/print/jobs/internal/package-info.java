// SPDX-License-Identifier: Apache-2.0
/** Remembers which print jobs a printer was given. */
package org.porto.print.jobs.internal;
