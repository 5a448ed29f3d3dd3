//! A person's home of its own for each test, and the program in it.

use std::ffi::OsStr;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;
use tempfile::TempDir;

/// An empty home with a folder for pictures, which is where the program is started.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        let home = Self(TempDir::new().unwrap());
        for folder in ["pictures", "config"] {
            fs::create_dir(home.path(folder)).unwrap();
        }
        home
    }

    /// A home with these sample pictures in its folder.
    pub(crate) fn with(samples: &[&str]) -> Self {
        let home = Self::new();
        for sample in samples {
            home.sample(sample, sample);
        }
        home
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    /// Copies a sample picture into the folder of pictures.
    pub(crate) fn sample(&self, sample: &str, name: impl AsRef<OsStr>) -> PathBuf {
        let images = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/images");
        self.write(name, &fs::read(images.join(sample)).unwrap())
    }

    /// Makes a small picture of one colour, where any will do: it is captioned in no time.
    pub(crate) fn dot(&self, name: &str, color: [u8; 3]) -> PathBuf {
        let mut png = Cursor::new(Vec::new());
        let picture = RgbImage::from_pixel(16, 16, Rgb(color));
        picture.write_to(&mut png, ImageFormat::Png).unwrap();
        self.write(name, png.get_ref())
    }

    /// Writes a file into the folder of pictures.
    pub(crate) fn write(&self, name: impl AsRef<OsStr>, bytes: &[u8]) -> PathBuf {
        let path = self.path("pictures").join(name.as_ref());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn config(&self, text: &str) {
        fs::write(self.path("config/config.toml"), text).unwrap();
    }

    /// The variables that keep the program inside this home.
    pub(crate) fn variables(&self) -> [(&'static str, PathBuf); 8] {
        [
            ("HOME", self.path("")),
            ("BLIPBOARD_CONFIG_DIR", self.path("config")),
            ("BLIPBOARD_DATA_DIR", self.path("data")),
            ("BLIPBOARD_CACHE_DIR", self.path("cache")),
            ("TZ", "UTC".into()),
            // Nobody listens there.
            ("HF_ENDPOINT", "http://127.0.0.1:9".into()),
            ("BLIPBOARD_ROUTER_URL", "http://127.0.0.1:9/v1".into()),
            ("BLIPBOARD_ENDPOINTS_URL", "http://127.0.0.1:9/v2".into()),
        ]
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_blipboard"));
        command
            .args(words)
            .env_clear()
            .envs(self.variables())
            .current_dir(self.path("pictures"))
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ended {
        Ended::from(self.command(words).output().unwrap())
    }
}

/// What the program said, and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    /// Stdout, where it ended well and had nothing to say beside.
    pub(crate) fn ok(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{self:?}");
        self.out
    }

    /// Stderr, where it ended with `code`.
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        self.err
    }

    /// The objects on stdout, one a line.
    pub(crate) fn objects(&self) -> Vec<Value> {
        let objects = self.out.lines().map(serde_json::from_str);
        objects.collect::<Result<_, _>>().unwrap()
    }
}
