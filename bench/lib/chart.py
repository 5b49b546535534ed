"""Charts from a handful of shapes, drawn as SVG and as PNG alike.

A Canvas collects lines, circles and texts; to_svg() writes them as they are,
to_png() rasterises them at twice the size and halves the result, which
smooths edges.  Letters of the PNG come from the 5x7 dots below.
"""

import math
import struct
import zlib

COLOURS = ["#0b62a4", "#d1382c", "#2c8a3d", "#8a4fb0", "#d98200", "#3aa6a6",
           "#7a5b3a", "#e0559c", "#555555", "#98a600"]

# Seven rows of five dots each, one hexadecimal byte a row.
GLYPHS = {
    "0": "0E11131519110E", "1": "040C040404040E", "2": "0E11010204081F",
    "3": "1F02040201110E", "4": "02060A121F0202", "5": "1F101E0101110E",
    "6": "0608101E11110E", "7": "1F010204080808", "8": "0E11110E11110E",
    "9": "0E11110F01020C", "A": "0E11111F111111", "B": "1E11111E11111E",
    "C": "0E11101010110E", "D": "1E11111111111E", "E": "1F10101E10101F",
    "F": "1F10101E101010", "G": "0E11101711110F", "H": "1111111F111111",
    "I": "0E04040404040E", "J": "0702020202120C", "K": "11121418141211",
    "L": "1010101010101F", "M": "111B1515111111", "N": "11191513111111",
    "O": "0E11111111110E", "P": "1E11111E101010", "Q": "0E11111115120D",
    "R": "1E11111E141211", "S": "0F10100E01011E", "T": "1F040404040404",
    "U": "1111111111110E", "V": "11111111110A04", "W": "11111115151B11",
    "X": "11110A040A1111", "Y": "11110A04040404", "Z": "1F01020408101F",
    "a": "00000E010F110F", "b": "10101E1111111E", "c": "00000E1010110E",
    "d": "01010F1111110F", "e": "00000E111F100E", "f": "0609081C080808",
    "g": "000F11110F010E", "h": "10101E11111111", "i": "04000C0404040E",
    "j": "0200060202120C", "k": "10101214181412", "l": "0C04040404040E",
    "m": "00001A15151515", "n": "00001E11111111", "o": "00000E1111110E",
    "p": "00001E111E1010", "q": "00000F110F0101", "r": "00001619101010",
    "s": "00000F100E011E", "t": "08081C08080906", "u": "0000111111130D",
    "v": "00001111110A04", "w": "0000111515150A", "x": "0000110A040A11",
    "y": "000011110F010E", "z": "00001F0204081F", "-": "0000001F000000",
    "_": "0000000000001F", ".": "00000000000C0C", ",": "000000000C0408",
    ":": "000C0C000C0C00", "/": "01010204081010", "(": "02040808080402",
    ")": "08040202020408", "=": "00001F001F0000", "+": "0004041F040400",
    "%": "18190204081303", "<": "02040810080402", ">": "08040201020408",
    "*": "00150E1F0E1500", "[": "0E08080808080E", "]": "0E02020202020E",
}


class Canvas:
    def __init__(self, width, height):
        self.width, self.height, self.shapes = width, height, []

    def line(self, points, colour="#000000", width=1.0):
        self.shapes.append(("line", list(points), colour, width))

    def circle(self, x, y, radius, colour):
        self.shapes.append(("circle", x, y, radius, colour))

    def text(self, x, y, text, anchor="start", colour="#000000", up=False):
        """The text's baseline begins, centres or ends at (x, y)."""
        self.shapes.append(("text", x, y, text, anchor, colour, up))

    # SVG

    def to_svg(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(f'<svg xmlns="http://www.w3.org/2000/svg" '
                       f'width="{self.width}" height="{self.height}">\n'
                       f'<rect width="100%" height="100%" fill="white"/>\n')
            for kind, *rest in self.shapes:
                file.write(getattr(self, f"_svg_{kind}")(*rest) + "\n")
            file.write("</svg>\n")

    @staticmethod
    def _svg_line(points, colour, width):
        text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        return (f'<polyline points="{text}" fill="none" stroke="{colour}" '
                f'stroke-width="{width}"/>')

    @staticmethod
    def _svg_circle(x, y, radius, colour):
        return (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" '
                f'fill="{colour}"/>')

    @staticmethod
    def _svg_text(x, y, text, anchor, colour, up):
        safe = text.replace("&", "&amp;").replace("<", "&lt;")
        turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if up else ""
        return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
                f'fill="{colour}" font-family="sans-serif" font-size="12"'
                f'{turn}>{safe}</text>')

    # PNG

    def to_png(self, path):
        raster = Raster(2 * self.width, 2 * self.height)
        for kind, *rest in self.shapes:
            getattr(raster, kind)(*rest)
        with open(path, "wb") as file:
            file.write(raster.png())


def rgb(colour):
    return bytes(int(colour[i:i + 2], 16) for i in (1, 3, 5))


class Raster:
    """Twice as many pixels as the canvas has units, each way."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.rows = [bytearray(b"\xff" * 3 * width) for _ in range(height)]

    def span(self, x, y, length, ink):
        x0, x1 = max(0, x), min(self.width, x + length)
        if 0 <= y < self.height and x0 < x1:
            self.rows[y][3 * x0:3 * x1] = ink * (x1 - x0)

    def disc(self, x, y, radius, ink):
        top, bottom = math.ceil(y - radius), math.floor(y + radius)
        for row in range(top, bottom + 1):
            half = math.sqrt(max(0.0, radius ** 2 - (row - y) ** 2))
            left = round(x - half)
            self.span(left, row, max(1, round(x + half) - left), ink)

    def line(self, points, colour, width):
        ink = rgb(colour)
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            steps = max(1, int(2 * max(abs(x1 - x0), abs(y1 - y0))))
            for i in range(steps + 1):
                self.disc(2 * (x0 + (x1 - x0) * i / steps),
                          2 * (y0 + (y1 - y0) * i / steps), width, ink)

    def circle(self, x, y, radius, colour):
        self.disc(2 * x, 2 * y, 2 * radius, rgb(colour))

    def text(self, x, y, text, anchor, colour, up):
        ink, length = rgb(colour), 6 * len(text)
        shift = {"start": 0, "middle": length / 2, "end": length}[anchor]
        for number, letter in enumerate(text):
            dots = bytes.fromhex(GLYPHS.get(letter, "00000000000000"))
            for row, bits in enumerate(dots):
                for col in range(5):
                    if bits >> (4 - col) & 1:
                        along = 6 * number + col - shift
                        self._dot(x, y, along, row - 7, up, ink)

    def _dot(self, x, y, along, down, up, ink):
        px, py = (x + down, y - along) if up else (x + along, y + down)
        for row in range(2):
            self.span(int(2 * px), int(2 * py) + row, 2, ink)

    def png(self):
        width, height = self.width // 2, self.height // 2
        data = bytearray()
        for y in range(height):
            a, b = self.rows[2 * y], self.rows[2 * y + 1]
            data.append(0)
            line = bytearray(3 * width)
            for colour in range(3):
                quads = zip(a[colour::6], a[colour + 3::6],
                            b[colour::6], b[colour + 3::6])
                line[colour::3] = bytes(sum(quad) >> 2 for quad in quads)
            data += line
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) +
                chunk(b"IDAT", zlib.compress(bytes(data), 9)) +
                chunk(b"IEND", b""))


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))


class Axes:
    """A plot area with ticks; logarithmic or linear each way."""

    LEFT, TOP, RIGHT, BOTTOM = 62, 30, 20, 48

    def __init__(self, canvas, title, xs, ys, labels, logs):
        self.canvas, self.xs, self.ys, self.logs = canvas, xs, ys, logs
        right, bottom = self.place(xs[1], ys[0])
        left, top = self.place(xs[0], ys[1])
        for x in self.ticks(xs, logs[0]):
            px, _ = self.place(x, ys[0])
            canvas.line([(px, top), (px, bottom)], "#dddddd", 0.5)
            canvas.text(px, bottom + 16, f"{x:g}", "middle")
        for y in self.ticks(ys, logs[1]):
            _, py = self.place(xs[0], y)
            canvas.line([(left, py), (right, py)], "#dddddd", 0.5)
            canvas.text(left - 6, py + 4, f"{y:g}", "end")
        canvas.line([(left, top), (left, bottom), (right, bottom),
                     (right, top), (left, top)])
        canvas.text((left + right) / 2, 18, title, "middle")
        canvas.text((left + right) / 2, bottom + 36, labels[0], "middle")
        canvas.text(16, (top + bottom) / 2, labels[1], "middle", up=True)

    @staticmethod
    def ticks(span, log):
        low, high = span
        if log:
            return [10.0 ** e for e in range(math.ceil(math.log10(low) - 1e-9),
                                             int(math.log10(high) + 1e-9) + 1)]
        step = 10 ** math.floor(math.log10(max(high - low, 1e-9)))
        step = next(s for s in (step / 5, step / 2, step, 2 * step)
                    if (high - low) / s <= 8)
        first = math.ceil(low / step)
        return [i * step for i in range(first, int(high / step + 1e-9) + 1)]

    @staticmethod
    def _part(value, span, log):
        low, high = span
        value = min(max(value, low), high)
        if log:
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low)

    def place(self, x, y):
        width = self.canvas.width - self.LEFT - self.RIGHT
        height = self.canvas.height - self.TOP - self.BOTTOM
        return (self.LEFT + width * self._part(x, self.xs, self.logs[0]),
                self.TOP + height * (1 - self._part(y, self.ys, self.logs[1])))


def scatter(points, names, limit, title):
    """points: (x seconds, y seconds, 'SAT' or 'UNSAT' or other)"""
    canvas = Canvas(520, 520)
    low = min([0.1] + [max(0.001, min(x, y)) for x, y, _ in points])
    axes = Axes(canvas, title, (low, limit), (low, limit),
                (f"{names[0]} (s)", f"{names[1]} (s)"), (True, True))
    canvas.line([axes.place(low, low), axes.place(limit, limit)], "#888888")
    kinds = {"SAT": COLOURS[2], "UNSAT": COLOURS[1]}
    for x, y, kind in points:
        canvas.circle(*axes.place(x, y), 3, kinds.get(kind, "#888888"))
    for number, (kind, colour) in enumerate(kinds.items()):
        canvas.circle(80, 44 + 16 * number, 4, colour)
        canvas.text(90, 48 + 16 * number, kind)
    return canvas


def cactus(series, limit, title):
    """series: name -> seconds of each solved formula"""
    canvas = Canvas(640, 480)
    most = max([1] + [len(times) for times in series.values()])
    axes = Axes(canvas, title, (0, limit), (0, most + 1),
                ("seconds", "solved"), (False, False))
    for number, (name, times) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        steps, count = [axes.place(0, 0)], 0
        for seconds in sorted(times):
            steps.append(axes.place(seconds, count))
            count += 1
            steps.append(axes.place(seconds, count))
        steps.append(axes.place(limit, count))
        canvas.line(steps, colour, 1.5)
        row = 480 - 70 - 16 * (len(series) - 1 - number)
        canvas.line([(430, row), (455, row)], colour, 2)
        canvas.text(462, row + 4, f"{name} ({len(times)})")
    return canvas
