// SPDX-License-Identifier: Apache-2.0
/** Printers behind a link that is not trusted: signed pages to a print station (rule F3). */
package org.porto.print.driver.station.internal;
