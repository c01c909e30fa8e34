// A picture larger than the window that it is seen through: moved, zoomed, and brought to what is to be seen.
"use strict";

netspec.architecture.Picture = (() => {
  const [LEAST, MOST] = [0.08, 2];
  // Below it nobody reads a box, so that a picture is rather moved than made smaller at first.
  const READABLE = 0.75;
  const ROOM = 12;
  const BORDERS = 2;
  // Of the browser's window, and in pixels.
  const [HIGH, HIGH_ON_A_PHONE, LEAST_HIGH, PHONE] = [0.82, 0.7, 240, 640];
  // What a printed page holds; a long network is made smaller than it is wide, as far as it can be read.
  const PRINTED = { wide: 680, high: 930, least: 0.65 };

  class Picture {
    constructor(area, canvas) {
      this.area = area;
      this.canvas = canvas;
      this.scale = 1;
      this.at = { x: 0, y: 0 };
      this.wasShown = false;
      this.onMove = () => {};
      new ResizeObserver(() => this.resized()).observe(area);
    }

    /** Takes a picture of another size, and leaves what is seen of it where it is; at first its beginning is seen. */
    setSize({ wide, high }, begin) {
      [this.wide, this.high, this.begin] = [wide, high, begin];
      this.canvas.style.width = `${wide}px`;
      this.canvas.style.height = `${high}px`;
      const long = Math.max(PRINTED.least, PRINTED.high / high);
      this.canvas.style.setProperty("--printed", Math.min(1, PRINTED.wide / wide, long));
      this.resized();
    }

    resized() {
      const room = this.area.clientWidth;
      if (!room) return;
      if (!this.wasShown) {
        this.wasShown = true;
        this.scale = Math.max(Math.min(1, room / this.wide), READABLE);
        this.at = { x: room / 2 - this.begin * this.scale, y: 0 };
      }
      this.settleHeight();
      this.move(0, 0);
    }

    get most() {
      const part = this.area.clientWidth < PHONE ? HIGH_ON_A_PHONE : HIGH;
      return Math.max(LEAST_HIGH, Math.round(innerHeight * part));
    }

    settleHeight() {
      const high = Math.max(LEAST_HIGH, Math.ceil(this.high * this.scale) + BORDERS);
      this.area.style.height = `${Math.min(this.most, high)}px`;
    }

    /** Moves the picture; gives what it could not be moved by. */
    move(x, y) {
      const held = (at, size, room) => {
        const spare = room - size * this.scale;
        return spare >= 0 ? spare / 2 : Math.min(ROOM, Math.max(spare - ROOM, at));
      };
      const wanted = { x: this.at.x + x, y: this.at.y + y };
      this.at = {
        x: held(wanted.x, this.wide, this.area.clientWidth),
        y: held(wanted.y, this.high, this.area.clientHeight),
      };
      this.canvas.style.transform = `translate(${this.at.x}px, ${this.at.y}px) scale(${this.scale})`;
      this.onMove();
      return { x: wanted.x - this.at.x, y: wanted.y - this.at.y };
    }

    /** Zooms, and leaves a place of the window where it is: its middle without one. */
    zoomBy(factor, place = { x: this.area.clientWidth / 2, y: this.area.clientHeight / 2 }) {
      const scale = Math.min(MOST, Math.max(LEAST, this.scale * factor));
      const ratio = scale / this.scale;
      this.at = {
        x: place.x - (place.x - this.at.x) * ratio,
        y: place.y - (place.y - this.at.y) * ratio,
      };
      this.scale = scale;
      this.move(0, 0);
    }

    /** Shows all of it. */
    fit() {
      const wanted = Math.min(1, this.area.clientWidth / this.wide, (this.most - BORDERS) / this.high);
      this.scale = Math.max(LEAST, wanted);
      this.settleHeight();
      this.move(0, 0);
    }

    /** Where a place of the picture is seen in the window. */
    seenAt({ x, y }) {
      return { x: x * this.scale + this.at.x, y: y * this.scale + this.at.y };
    }

    /** Moves a place of the picture to one of the window. */
    put(place, where) {
      const now = this.seenAt(place);
      this.settleHeight();
      this.move(where.x - now.x, where.y - now.y);
    }

    toMiddle({ x, y, wide = 0, high = 0 }) {
      const middle = { x: x + wide / 2, y: y + high / 2 };
      this.put(middle, { x: this.area.clientWidth / 2, y: this.area.clientHeight / 2 });
    }

    /** Moves the picture where a part of it would not be seen. */
    bring(part) {
      const room = { x: this.area.clientWidth, y: this.area.clientHeight };
      const over = (from, size, room) => {
        const to = from + size * this.scale;
        if (from < ROOM) return ROOM - from;
        return to > room - ROOM ? Math.max(room - ROOM - to, ROOM - from) : 0;
      };
      const { x, y } = this.seenAt(part);
      const by = { x: over(x, part.wide, room.x), y: over(y, part.high, room.y) };
      const isFar = Math.abs(by.x) > room.x / 2 || Math.abs(by.y) > room.y / 2;
      if (isFar) this.toMiddle(part);
      else this.move(by.x, by.y);
    }
  }

  return Picture;
})();
